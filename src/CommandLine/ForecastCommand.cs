using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg forecast</c>: what follows the series of a file, with intervals.</summary>
internal sealed class ForecastCommand
{
    private readonly Option<string> _data = new("--data") { Description = "a file of series: a row a step", Required = true };
    private readonly Option<string?> _output = New("--output", "the file to write (default: NAME.forecast.tsv beside the data)");
    private readonly Option<string?> _model = New("--model", "forecasts by a file that --save-model wrote, without training");
    private readonly Option<string?> _saveModel = New("--save-model", "writes the trained model as an ONNX file");
    private readonly Option<string?> _value = New("--value", "the column to forecast, or several with commas");
    private readonly Option<string?> _time = New("--time", "the column of times");
    private readonly Option<string?> _format = New("--time-format", "how times are written, such as dd.MM.yyyy");
    private readonly Option<string?> _series = New("--series", "the column that says which series a row belongs to");
    private readonly Option<string?> _known = New("--known", "columns that are known ahead, with commas: rows at the end without values "
        + "to forecast have them");
    private readonly Option<int?> _horizon = Whole("--horizon", "steps to forecast (default: a season)");
    private readonly Option<int?> _window = Whole("--window", "steps that are read to forecast from");
    private readonly Option<int?> _season = Whole("--season", "steps of a season, 1 for none (default: recognized)");
    private readonly Option<string?> _network = New("--network", string.Join(", ", ForecastChoice.Networks));
    private readonly Option<string> _levels = new("--levels")
    {
        Description = "percents of the intervals, with commas", DefaultValueFactory = _ => "80,95",
    };

    private readonly Option<MissingSteps> _missing = new("--missing")
    {
        Description = "missing values: error, fill (by the last one) or mask", DefaultValueFactory = _ => MissingSteps.Error,
    };

    private readonly Option<double?> _validation = new("--validation")
    {
        Description = "share of the steps held out to tell how wide intervals are (default: as there are; 0 for none)",
    };

    private readonly Option<int?> _epochs = Whole("--epochs", "the most passes over the data");
    private readonly Option<int?> _test = Whole("--test", "steps at the end that are forecast first and compared (default: a horizon "
        + "where there is enough; 0 for none)");
    private readonly Option<int> _seed = new("--seed") { Description = "decides initial weights" };
    private readonly Option<int> _threads = new("--threads") { Description = "threads (default: all cores)" };
    private readonly Tool _tool;

    private ForecastCommand(Tool tool) => _tool = tool;

    internal static Command Of(Tool tool)
    {
        var one = new ForecastCommand(tool);
        one._network.CompletionSources.Add(ForecastChoice.Networks);
        (one._network.HelpName, one._missing.HelpName) = ("name", "error|fill|mask");
        var command = new Command("forecast", "Forecasts the series of a file, with intervals.");
        foreach (var option in (Option[])[one._data, one._output, one._model, one._saveModel, one._value, one._time, one._format,
            one._series, one._known, one._horizon, one._window, one._season, one._network, one._levels, one._missing, one._epochs,
            one._validation,
            one._test, one._seed, one._threads])
            command.Options.Add(option);
        command.SetAction(one.Run);
        return command;
    }

    private static Option<string?> New(string name, string description) => new(name) { Description = description };

    private static Option<int?> Whole(string name, string description) => new(name) { Description = description };

    private void Run(ParseResult given)
    {
        var path = given.GetRequiredValue(_data);
        foreach (var (option, least) in (((Option<int?>, int)[])[(_horizon, 1), (_window, 2), (_season, 1), (_epochs, 1), (_test, 0)]))
            given.Check(option, number => number is null || number >= least, $"at least {least}");
        given.Check(_validation, share => share is null or (>= 0 and < 1), "from 0 to below 1");
        given.Check(_threads, threads => threads >= 0, "at least 0");
        if (given.GetValue(_network) is { } name && !ForecastChoice.Networks.Contains(name))
            throw new UsageException($"There is no network '{name}'; expected one of {string.Join(", ", ForecastChoice.Networks)}."
                + Examples.Suggestion.For(name, ForecastChoice.Networks));
        var target = given.GetValue(_output) ?? Path.Combine(Path.GetDirectoryName(path) ?? "",
            Path.GetFileName(path).Split('.')[0] + ".forecast.tsv");
        OptionChecks.MustNotReplace(target, path);
        var quantiles = Quantiles(given.GetRequiredValue(_levels));
        var table = SeriesTable.Of(path, new(given.GetValue(_time), given.GetValue(_format), given.GetValue(_series),
            given.GetValue(_value)?.Split(','), given.GetValue(_known)?.Split(',') ?? []));
        _tool.Say($"{path}: {table.Columns.Rows.Length} rows; {table.Said()}");
        var ml = new MLContext(given.GetValue(_seed));
        var warned = new HashSet<string>();
        ml.Log += (_, e) =>
        {
            // The test and the training on all rows warn of the same, with other numbers.
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning && warned.Add(string.Concat(e.RawMessage.Where(char.IsLetter))))
                _tool.Progress(e.RawMessage.Replace("A larger ValidationFraction holds", "A larger --validation holds",
                    StringComparison.Ordinal)
                    .Replace("ValidationFraction holds", "--validation holds", StringComparison.Ordinal));
        };
        var view = new SeriesView(table);
        if (given.GetValue(_model) is { } file)
        {
            if (given.GetResult(_missing) is { Implicit: false })
                throw new UsageException($"{_missing.Name} is of training: {file} takes missing values as it was trained.");
            using var loaded = Load(file);
            Write(target, table, loaded, table.Explaining(() => loaded.Forecast(view), ofModel: true));
            _tool.Code(() => SeriesCode.Of(table, path, GeneratedCode.Text(file)));
            return;
        }
        var columns = table.ToColumns(given.GetValue(_missing));
        var series = table.Targets();
        var shortest = series.Min(of => of.Length);
        if (shortest < 8)
            throw new InvalidDataException($"{path}: a series has {shortest} steps with values; expected at least 8.");
        var step = table.Explaining(() => ForecastPanel.Read(view, columns)).Axis.Length;
        var choice = ForecastChoice.Of(series, table.Known.Length > 0, given.GetValue(_network), given.GetValue(_horizon),
            given.GetValue(_window), given.GetValue(_season), given.GetValue(_epochs), step) with
        {
            Quantiles = quantiles, Seed = given.GetValue(_seed), Threads = given.GetValue(_threads),
        };
        _tool.Say($"{choice.Network}, {choice.Horizon} steps ahead, from {choice.Window} steps; "
            + (choice.Season > 1 ? $"a season has {choice.Season}." : "no season."));
        // Some windows are held out to tell how wide intervals are.
        var spare = shortest - choice.Window - 2 * choice.Horizon;
        var validation = given.GetValue(_validation) is { } share ? (float)share : spare < 2 ? 0 : Math.Clamp((choice.Horizon
            + Math.Min(spare / 2, 3f * choice.Horizon)) / shortest, 0.02f, 0.4f);
        Test(given, ml, view, choice, columns, validation, shortest);
        _tool.Progress("training on all rows");
        using var model = Fitted(ml, choice, columns, validation, view);
        Write(target, table, model, model.Forecast(view));
        if (given.GetValue(_saveModel) is { } saved)
            model.ExportToOnnx(saved);
        _tool.Code(() => SeriesCode.Of(table, path, choice.Code(columns, validation), given.GetValue(_saveModel)));
        foreach (var (option, value) in (((Option, object?)[])[(_value, string.Join(',', table.Values.Select(table.Name))),
            (_network, choice.Network), (_horizon, choice.Horizon), (_window, choice.Window), (_season, choice.Season),
            (_epochs, choice.Epochs)]))
            _tool.Found(option.Name[2..], value);
    }

    private void Test(ParseResult given, MLContext ml, IDataView view, ForecastChoice choice, ForecastColumns columns, float validation,
        int shortest)
    {
        var steps = given.GetValue(_test) ?? (shortest >= choice.Window + 4 * choice.Horizon ? choice.Horizon : 0);
        if (steps == 0)
            return;
        if (steps < choice.Horizon || steps > shortest - choice.Window - choice.Horizon - 1)
            throw new UsageException($"--test is {steps}; expected {choice.Horizon} (the horizon) to "
                + $"{shortest - choice.Window - choice.Horizon - 1} of the shortest series' {shortest} steps, or 0.");
        _tool.Progress($"testing on the last {steps} steps");
        var tested = ml.Sequences().Backtest(ml.Sequences().Forecasting(Setting(choice, columns, validation)), view,
            new() { TestSteps = steps, Step = 1, Season = choice.Season });
        _tool.Say($"the last {steps} steps, forecast before:\n{tested}");
        if (!double.IsFinite(tested.Metrics.MeanAbsoluteScaledError))
            _tool.Say("MASE is NaN: before these steps a series repeats itself exactly from "
                + (choice.Season > 1 ? "season to season" : "step to step") + ", so there is no error of a naive forecast to divide by.");
        _tool.Fact("mean_absolute_error", tested.Metrics.MeanAbsoluteError);
        _tool.Fact("scaled_error", double.IsFinite(tested.Metrics.MeanAbsoluteScaledError)
            ? tested.Metrics.MeanAbsoluteScaledError : null);
        _tool.Fact("naive_mean_absolute_error", tested.MetricsOf(choice.Season > 1 ? "seasonal naive" : "naive").MeanAbsoluteError);
        _tool.Fact("coverages", tested.Metrics.Coverages);
    }

    private ForecastScoringTransformer Load(string path)
    {
        try
        {
            return new(Transforms.ModelFile.Read(DataFile.Require(path, ".onnx")).Bytes, new() { Log = _tool.Progress });
        }
        catch (Exception error) when (error is OnnxFileException or InvalidDataException)
        {
            throw new InvalidDataException(error.Message.TrimEnd('.').Replace("The ONNX model", $"'{path}'", StringComparison.Ordinal)
                + "; expected a file that mlsg forecast --save-model wrote.", error);
        }
    }

    private ForecastingTransformer Fitted(MLContext ml, ForecastChoice choice, ForecastColumns columns, float validation, IDataView view) =>
        ml.Sequences().Forecasting(Setting(choice, columns, validation)).Fit(view);

    private ForecastingTrainer.Options Setting(ForecastChoice choice, ForecastColumns columns, float validation)
    {
        var options = choice.ToOptions(columns, validation);
        options.CancellationToken = _tool.Cancel;
        return options;
    }

    private void Write(string target, SeriesTable table, ForecastScoringTransformer model, IReadOnlyList<ForecastRow> rows)
    {
        var columns = model.Forecaster.Columns;
        var severalTargets = columns.TargetColumnNames.Length > 1;
        string[] header = [.. columns.SeriesColumnName is { } series ? [series] : (string[])[], columns.TimeColumnName ?? "step",
            .. severalTargets ? ["target"] : (string[])[], "forecast", .. model.Forecaster.Quantiles.Select(NameOf)];
        AtomicFile.Write(target, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(string.Join('\t', header));
            foreach (var row in rows)
                writer.WriteLine(string.Join('\t', (string[])[.. columns.SeriesColumnName is null ? [] : (string[])[row.Series],
                    columns.TimeColumnName is null ? row.Step.ToString(CultureInfo.InvariantCulture) : row.Time,
                    .. severalTargets ? [row.Target] : (string[])[], .. row.Quantiles.Prepend(row.Score).Select(number =>
                        number.ToString("g7", CultureInfo.InvariantCulture))]));
        });
        _tool.Say($"{rows.Count} forecasts: {target}");
        _tool.Fact("data", table.Columns.Table.Path);
        _tool.Fact("rows", rows.Count);
        _tool.Fact("horizon", model.Forecaster.Horizon);
        _tool.Fact("window", model.Forecaster.Window);
        _tool.Fact("output", target);
        if (model is ForecastingTransformer)
            _tool.Fact("largest_difference", model.Info.Verification?.LargestDifference);
    }

    private static float[] Quantiles(string levels)
    {
        var found = new SortedSet<float> { 0.5f };
        foreach (var text in levels.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var level) || !(level > 0 && level < 100))
                throw new UsageException($"--levels has '{text}'; expected percents above 0 and below 100, such as 80,95.");
            found.Add((float)Math.Round(0.5 - level / 200, 6));
            found.Add((float)Math.Round(0.5 + level / 200, 6));
        }
        return [.. found];
    }

    private static string NameOf(float quantile) => quantile == 0.5f ? "median" : string.Create(CultureInfo.InvariantCulture,
        $"{(quantile < 0.5f ? "lower" : "upper")}_{Math.Round(Math.Abs(1 - 2 * (double)quantile) * 100, 3)}");
}
