#include "tests/app/library/library_models.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr int kHours = 96;

double load_at(int series, int hour) {
  return 100.0 * (series + 1) + 20.0 * std::sin(hour * 0.26) + (hour * 7 % 5) / 3.0;
}
double temperature_at(int series, int hour) { return series - 3.0 * std::cos(hour * 0.26); }

std::string time_at(int hour) {
  return fmt::format("2024-03-{:02} {:02}:00", 1 + hour / 24, hour % 24);
}

class TrainedModels : public LibraryModels {
 public:
  TrainedModels() {
    fs::create_directories(folder_);
    write_data();
    series = folder_ / "series";
    numbers = folder_ / "numbers";
    forecast = folder_ / "forecast";
    series_export = folder_ / "series.pt";
    forecast_export = folder_ / "forecast.pt";
    run({"train", "series", "--train", sample("motions_train.ts"), "--out", series.string(),
         "--hidden-sizes=16", "--epochs=3", "--threads=1"});
    run({"train", "series", "--train", means_csv.string(), "--out", numbers.string(),
         "--label-column=mean,twice", "--target-kind=number", "--hidden-sizes=8", "--epochs=2",
         "--threads=1"});
    run({"train", "forecast", "--train", load_csv.string(), "--out", forecast.string(),
         "--target=load", "--features=load,temperature", "--series-column=plant", "--calendar",
         "--quantiles=0.1,0.5,0.9", "--lookback=24", "--horizon=6", "--hidden-size=8", "--epochs=2",
         "--threads=1"});
    run({"export", series.string(), "--out", series_export.string()});
    run({"export", forecast.string(), "--out", forecast_export.string()});
  }
  ~TrainedModels() { fs::remove_all(folder_); }
  TrainedModels(const TrainedModels&) = delete;
  TrainedModels& operator=(const TrainedModels&) = delete;

 private:
  static void run(const Arguments& arguments) {
    const auto outcome = run_mnemo(arguments);
    if (outcome.exit_code != 0) throw std::runtime_error("no model to test with: " + outcome.err);
  }

  void write_data() {
    means_csv = folder_ / "means.csv";
    std::ofstream means(means_csv);
    means << "id,x,y,mean,twice\n";
    for (int one = 0; one < 40; ++one) {
      const double mean = one % 9 - 4;
      for (int step = 0; step < 3 + one % 4; ++step) {
        means << fmt::format("s{},{},{},{},{}\n", one, mean + (step % 2 == 0 ? 0.5 : -0.5),
                             0.1 * step, mean, 2 * mean);
      }
    }
    load_csv = folder_ / "load.csv";
    std::ofstream load(load_csv);
    load << "time,plant,load,temperature\n";
    for (int one = 0; one < 2; ++one) {
      for (int hour = 0; hour < kHours; ++hour) {
        load << fmt::format("{},plant {},{},{}\n", time_at(hour), one, load_at(one, hour),
                            temperature_at(one, hour));
      }
    }
  }

  const fs::path folder_ =
      fs::path(::testing::TempDir()) / ("mnemo_library_" + std::to_string(::getpid()));
};

}  // namespace

const LibraryModels& library_models() {
  static const TrainedModels models;
  return models;
}

Rows load_rows() {
  Rows rows{.columns = {"temperature", "load"}, .values = {}};  // in another order than the file
  for (int series = 0; series < 2; ++series) {
    for (int hour = 0; hour < kHours; ++hour) {
      rows.values.push_back(temperature_at(series, hour));
      rows.values.push_back(load_at(series, hour));
      rows.times.push_back(time_at(hour));
      rows.series.push_back(fmt::format("plant {}", series));
    }
  }
  return rows;
}

}  // namespace mnemo
