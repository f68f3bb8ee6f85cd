#include "app/training/cell_settings.h"

#include "mnemo/error.h"

namespace mnemo {

void validate_start(Cell cell, const InitializationOptions& options) {
  if (cell != Cell::transformer) return;
  if (options.forget_bias != 0.0) {
    throw UsageError("--forget-bias is for --cell lstm, which has a forget gate; leave it out");
  }
  if (options.recurrent != RecurrentInit::pytorch) {
    throw UsageError(
        "--recurrent-init is for cells, and --cell transformer has no recurrent matrices; leave it "
        "out");
  }
}

void validate_inside(Cell cell, double recurrent_dropout, Norm inner_norm) {
  if (cell != Cell::transformer) return;
  if (recurrent_dropout > 0.0) {
    throw UsageError(
        "--recurrent-dropout is for cells, and --cell transformer has no recurrent matrices; leave "
        "it out");
  }
  if (inner_norm != Norm::none) {
    throw UsageError(
        "--inner-norm is for recurrent layers, and a transformer has norms of its own; leave it "
        "out");
  }
}

}  // namespace mnemo
