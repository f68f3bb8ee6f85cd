// The training of a classifier of texts: from labelled texts to what run_training() fits.
#pragma once

#include <memory>

#include "app/settings/compute.h"
#include "app/tasks/frame/trainer.h"
#include "app/tasks/text/train_text_options.h"
#include "mnemo/reporter.h"

namespace mnemo {

// Reads the texts, takes or trains the tokenizer, encodes the texts and starts the model.
// `reporter` outlives the trainer. Throws Error for data that make no training.
std::unique_ptr<Trainer> make_trainer(TrainTextOptions options, const Compute& compute,
                                      Reporter& reporter);

}  // namespace mnemo
