// mnemo as a library: all that it offers. The public headers need the standard library alone.
#pragma once

#include "mnemo/classifier.h"
#include "mnemo/error.h"
#include "mnemo/evaluation.h"
#include "mnemo/explanation.h"
#include "mnemo/exporting.h"
#include "mnemo/forecaster.h"
#include "mnemo/importing.h"
#include "mnemo/metric.h"
#include "mnemo/options.h"
#include "mnemo/reporter.h"
#include "mnemo/rows.h"
#include "mnemo/series_model.h"
#include "mnemo/settings.h"
#include "mnemo/training.h"
