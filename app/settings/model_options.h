// Parts of models that several tasks have, as options.
#pragma once

#include "app/settings/option_set.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// `cell`, `activation`
void describe_cell(OptionSet& set, Cell& cell, Activation& activation);

// `layer-dropout`, `recurrent-dropout`
void describe_inner_dropout(OptionSet& set, double& layer_dropout, double& recurrent_dropout);

// `output-dropout`; `help` says which hidden states are dropped
void describe_output_dropout(OptionSet& set, double& output_dropout, const char* help);

// `pooling`, `heads`, `norm`, `inner-norm`
void describe_pooling(OptionSet& set, PoolingOptions& pooling, Norm& norm, Norm& inner_norm);

// `attention-heads`, `feedforward-size`, `positions`
void describe(OptionSet& set, TransformerOptions& options);

// Throws SettingError when one of them was given for another cell.
void require_consistent_cell(const OptionSet& set, Cell cell);

}  // namespace mnemo
