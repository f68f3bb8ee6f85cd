#include "app/diagnosis/diagnosis_options.h"

#include "mnemo/error.h"

namespace mnemo {

void describe(OptionSet& set, DiagnosisOptions& options) {
  set.group("Diagnosis");
  set.flag("diagnose", options.enabled,
           "look into the training: how far back gradients reach, gates, dead units, sizes of "
           "updates; say at the end what it means; the weights are the same without")
      .may_change_on_resume()
      .for_one_training();
  set.number("diagnose-every", options.every, {1, 1'000'000}, "steps from one look to the next")
      .may_change_on_resume();
  set.flag("tensorboard", options.tensorboard,
           "write the metrics as an event file of TensorBoard, too, into the run folder")
      .may_change_on_resume()
      .for_one_training();
}

void require_consistent_diagnosis(const OptionSet& set, const DiagnosisOptions& options) {
  if (set.given("diagnose-every") && !options.enabled) {
    throw SettingError("diagnose-every", "without `diagnose`: add it, or leave the option out");
  }
}

}  // namespace mnemo
