"""The trainings of the golden comparison: each task and preset, and each way to begin, to interrupt and to go on.

A case is a list of command lines, run in a folder of its own; `mnemo` is the build's, {sample} the sample data.
A command is expected to end with 0, one that begins with `!` is not. `vectors` and `shops` make a file of that kind.
"""

TEXT = "--train {sample}/reviews_train.csv --vocab-size 400 --max-length 60 --embedding-dim 16 --hidden-size 16"
SMALL_SERIES = "--train {sample}/motions_train.ts --epochs 2"
SMALL_FORECAST = "--train {sample}/airline_passengers.csv --epochs 4"

SAMPLE_OF = {
    "text": "reviews_test.csv",
    "series": "motions_test.ts",
    "forecast": "airline_passengers.csv",
}


def answers(task: str, run: str = "run", *, explain: bool = True, export: bool = True) -> list[str]:
    """All that a run is asked for: the same answers of the run and of its export."""
    data = f"{{sample}}/{SAMPLE_OF[task]}"
    asked = f"--input {data}" + (" --top 2 --format jsonl" if task != "forecast" else "")
    commands = [f"mnemo info {run}", f"mnemo evaluate {run} --data {data} --json", f"mnemo predict {run} {asked}"]
    if explain:
        commands.append(f"mnemo explain {run} --input {data} --format jsonl")
    if export:
        commands += [f"mnemo export {run} --out model.pt", "mnemo info model.pt", f"mnemo predict model.pt {asked}",
                     f"mnemo evaluate model.pt --data {data} --json"]
    return commands


CASES = {
    # Texts
    "text-default": [f"mnemo train text {TEXT} --out run --epochs 3 --diagnose --diagnose-every 5 --tensorboard",
                     *answers("text"), "mnemo diagnose run", "mnemo report run --out page.html",
                     "mnemo explain run --global --data {sample}/reviews_train.csv --least-texts 2"],
    "text-best": [f"mnemo train text {TEXT} --preset best --out run --epochs 2", *answers("text")],
    "text-article": ["mnemo train text --preset article --train {sample}/reviews_train.csv --vocab-size 400 --out run"
                     " --epochs 1", *answers("text", explain=False)],
    "text-transformer": [f"mnemo train text {TEXT} --out run --cell transformer --layers 2 --ngrams 0 --epochs 2"
                         " --positions learned --layer-dropout 0.1 --schedule one-cycle --optimizer adamw"
                         " --weight-decay 0.01 --average-decay 0.9", *answers("text")],
    "text-words": ["vectors words.txt", "mnemo train text --train {sample}/reviews_train.csv --out run --epochs 3"
                   " --tokenizer-type word --vocab-size 300 --embedding-dim 8 --hidden-size 8 --layers 2"
                   " --bidirectional=false --embedding-vectors words.txt --unfreeze-steps 5 --layer-rate 0.5 --language-weight 0.1"
                   " --softmax-draws 64 --class-weights balanced --label-smoothing 0.1 --inner-norm layer --norm batch",
                   *answers("text")],
    "text-resumed": [f"mnemo train text {TEXT} --out run --epochs 4 --pause-after 0.5 --checkpoint-every 3steps"
                     " --cell gru --schedule plateau --optimizer rmsprop --momentum 0.5 --accumulate 2",
                     "mnemo info run", "mnemo train text --out run --resume", *answers("text")],
    "text-pretrained": ["mnemo pretrain text --data {sample}/reviews_train.csv --out start --vocab-size 400"
                        " --embedding-dim 16 --hidden-size 16 --sequence-length 50 --epochs 2", "mnemo info start",
                        "mnemo train text --train {sample}/reviews_train.csv --init-from start --out run --epochs 2",
                        *answers("text")],
    "text-imported": [f"mnemo train text {TEXT} --out first --epochs 1 --ngrams 0",
                      "mnemo import text first/weights.safetensors --config first/config.ini --out run"
                      " --tokenizer first/tokenizer.model --labels negative,positive", *answers("text")],
    # Series
    "series-default": [f"mnemo train series {SMALL_SERIES} --out run --diagnose --diagnose-every 2",
                       *answers("series"), "mnemo diagnose run --json"],
    "series-best": [f"mnemo train series {SMALL_SERIES} --preset best --out run", *answers("series")],
    "series-article-torch": [f"mnemo train series {SMALL_SERIES} --preset article-torch --out run",
                             *answers("series")],
    "series-article-stacked": [f"mnemo train series {SMALL_SERIES} --preset article-stacked --out run",
                               *answers("series")],
    "series-numbers": ["mnemo generate adding-problem --out adding.ts --length 12 --rows 300",
                       "mnemo train series --preset article-regressor --target-kind number --train adding.ts --out run"
                       " --epochs 4 --pause-after 0.5", "mnemo train series --out run --resume",
                       "mnemo info run", "mnemo evaluate run --data adding.ts --json",
                       "mnemo predict run --input adding.ts", "mnemo export run --out model.pt",
                       "mnemo predict model.pt --input adding.ts"],
    "series-imported": [f"mnemo train series {SMALL_SERIES} --out first",
                        "mnemo import series first/weights.safetensors --config first/config.ini"
                        " --train {sample}/motions_train.ts --out run", *answers("series")],
    # Forecasts
    "forecast-default": [f"mnemo train forecast {SMALL_FORECAST} --out run --tensorboard", *answers("forecast"),
                         "mnemo predict run --input {sample}/airline_passengers.csv --rolling --part all",
                         "mnemo report run --out page.html"],
    "forecast-best": [f"mnemo train forecast {SMALL_FORECAST} --preset best --out run", *answers("forecast")],
    "forecast-article": [f"mnemo train forecast {SMALL_FORECAST} --preset article --out run", *answers("forecast")],
    "forecast-quantiles": [f"mnemo train forecast {SMALL_FORECAST} --out run --quantiles 0.1,0.5,0.9 --calendar"
                           " --scaler minmax --normalization reversible --pause-after 0.5"
                           " --reconstruction-weight 0.1 --diagnose --diagnose-every 2",
                           "mnemo train forecast --out run --resume", *answers("forecast", explain=False)],
    "forecast-imported": [f"mnemo train forecast {SMALL_FORECAST} --out first --autoregression=false",
                          "mnemo import forecast first/weights.safetensors --config first/config.ini"
                          " --train {sample}/airline_passengers.csv --out run", *answers("forecast")],
    "forecast-many": ["shops sales.csv", "mnemo train forecast --train sales.csv --series-column shop --target sales"
                      " --known price --observed visitors --static region --holidays US --quantiles 0.1,0.5,0.9"
                      " --horizon 7 --lookback 28 --hidden-size 16 --split-last 14,14 --non-negative --refit"
                      " --epochs 2 --out run",
                      "mnemo info run", "mnemo evaluate run --data sales.csv --json",
                      "mnemo predict run --input sales.csv --rolling --part test",
                      "mnemo backtest run --input sales.csv --json --output forecasts.csv",
                      "mnemo export run --out model.pt", "mnemo backtest model.pt --input sales.csv --windows 2"],
    "forecast-transformer": [f"mnemo train forecast {SMALL_FORECAST} --out run --cell transformer --layers 2"
                             " --scaler none --schedule step --calibrate=false", *answers("forecast")],
    # Searches
    "tuned": ["mnemo tune series --train {sample}/motions_train.ts --out search --trials 3 --jobs 1 --epochs 2",
              "mnemo info search", "mnemo predict search --input {sample}/motions_test.ts"],
    "compared": ["mnemo compare series --train {sample}/motions_train.ts --out table --variants cells --seeds 1"
                 " --epochs 2 --test {sample}/motions_test.ts"],
    # Messages
    "settings": [f"mnemo train {task} --preset {preset} --train none.csv --out run --print-config"
                 for task, presets in {"text": "default best article", "forecast": "default best article",
                                       "series": "default best article-torch article-stacked article-regressor",
                                       }.items() for preset in presets.split()] +
                ["mnemo pretrain text --data none.csv --out run --print-config"] +
                [f"mnemo tune {task} --print-space" for task in ("text", "series", "forecast")],
    "help": ["mnemo --help", "mnemo --version"] + [f"mnemo {command} --help" for command in (
        "train", "train text", "train series", "train forecast", "pretrain text", "tune", "tune text", "compare",
        "compare forecast", "evaluate", "backtest", "predict", "explain", "export", "import", "import text", "info",
        "report", "diagnose", "generate", "generate adding-problem")],
    "refusals": [f"! mnemo {command}" for command in (
        "train", "train nothing", "train text", "train text --out run", "train text --train none.csv --out run",
        "train text --trian x", f"train text {TEXT} --out run --epochs x", f"train text {TEXT} --out run --dropout 2",
        f"train text {TEXT} --out run --hidden-size 0", f"train text {TEXT} --out run --cell mamba",
        f"train text {TEXT} --out run --heads 3", f"train text {TEXT} --out run --optimizer adam --nesterov",
        f"train text {TEXT} --out run --preset bset", f"train text {TEXT} --out run --text-column body",
        f"train text {TEXT} --out run --max-model-size 1KB", f"train text {TEXT} --out run --batch-size -1",
        f"train series {SMALL_SERIES} --out run --heads 5", f"train series {SMALL_SERIES} --out run --valid-share 1",
        f"train series {SMALL_SERIES} --out run --target-kind number",
        f"train forecast {SMALL_FORECAST} --out run --target nothing",
        f"train forecast {SMALL_FORECAST} --out run --lookback 500",
        f"train forecast {SMALL_FORECAST} --out run --horizon 0", "train forecast --resume --out nothing",
        f"train forecast {SMALL_FORECAST} --out run --quantiles 0.5,2", "evaluate nothing --data x", "predict",
        "predict nothing", "explain nothing --text x", "export nothing --out x.pt", "info nothing", "report nothing",
        "diagnose nothing", "tune text", "compare text --variants x", "import text x", "generate",
    )],
}
