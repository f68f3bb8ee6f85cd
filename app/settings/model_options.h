// Parts of models that several tasks have, as options.
#pragma once

#include <cstdint>
#include <vector>

#include "app/settings/option_set.h"
#include "models/norm.h"
#include "models/pooling.h"
#include "models/recurrent/recurrent_encoder.h"
#include "models/transformer/transformer_encoder.h"

namespace mnemo {

// Each describes the option of its name. Where `help` is asked for, the tasks say it differently.
void describe_embedding_dim(OptionSet& set, int64_t& size);
void describe_cell(OptionSet& set, Cell& cell,
                   const char* help = "recurrent cell, or layers of attention");
void describe_activation(OptionSet& set, Activation& activation);
void describe_hidden_size(OptionSet& set, int64_t& units, int64_t least, const char* help);
void describe_hidden_sizes(OptionSet& set, std::vector<int64_t>& units, const char* help);
void describe_layer_count(OptionSet& set, int64_t& layers, const char* help);
void describe_bidirectional(OptionSet& set, bool& bidirectional,
                            const char* help = "read in both directions");
void describe_inner_norm(OptionSet& set, Norm& norm);
void describe_input_dropout(OptionSet& set, double& share, const char* help);
void describe_embedding_dropout(OptionSet& set, double& share);
void describe_layer_dropout(
    OptionSet& set, double& share,
    const char* help = "dropout between layers; inside those of a transformer");
void describe_recurrent_dropout(OptionSet& set, double& share);
void describe_output_dropout(OptionSet& set, double& share, const char* help);
void describe_variational_dropout(OptionSet& set, bool& variational, const char* help);
void describe_dropout(OptionSet& set, double& share);

// `pooling`, `heads`, `norm`, `inner-norm`
void describe_pooling(OptionSet& set, PoolingOptions& pooling, Norm& norm, Norm& inner_norm);

// `attention-heads`, `feedforward-size`, `positions`
void describe(OptionSet& set, TransformerOptions& options);

// Throws SettingError when one of them was given for another cell.
void require_consistent_cell(const OptionSet& set, Cell cell);

}  // namespace mnemo
