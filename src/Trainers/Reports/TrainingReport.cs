using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A training as one HTML file that loads nothing: curves of losses and metrics, how good predictions are, which are worth looking at,
/// options, seed and environment.
/// </summary>
/// <remarks>
/// Of classes it draws the confusion matrix, receiver's curves (Fawcett 2006) and, where scores are probabilities, calibration
/// (Guo et al. 2017); of numbers predictions against labels. Steps of sequences count one by one. Labels, predictions and scores of all
/// evaluated rows are kept in memory.
/// </remarks>
/// <example>
/// <code>
/// var model = pipeline.Fit(train);
/// new TrainingReport(model, model.Transform(test)) { TrainerOptions = options }.Write("report.html");
/// </code>
/// </example>
public sealed class TrainingReport
{
    private readonly IDataView? _evaluated;
    private readonly ModelTransformer? _network;
    private readonly TrainingHistory? _history;

    /// <param name="model">A fitted model, or a pipeline that has one; null where only predictions are looked at.</param>
    /// <param name="evaluated">Rows that the model scored and whose labels are known; null for none.</param>
    public TrainingReport(ITransformer? model, IDataView? evaluated = null)
    {
        _evaluated = evaluated;
        ITransformer[] parts = model is null ? [] : [.. TransformerParts.Of(model)];
        _network = parts.OfType<ModelTransformer>().LastOrDefault();
        _history = parts.OfType<ITrained>().LastOrDefault()?.History;
        Epochs = _history?.Epochs ?? [];
        Pipeline = string.Join(" → ", parts.Select(part => part.GetType().Name));
    }

    /// <summary>The heading. "Training" by default.</summary>
    public string Title { get; init; } = "Training";

    /// <summary>The epochs; by default those of the model's history, which a model that was loaded may lack.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The options that the trainer had, whose seed and other values are listed; null for none.</summary>
    public TrainingOptions? TrainerOptions { get; init; }

    /// <summary>What else is said of the training, by name; empty by default.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>The column of labels. "Label" by default.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The column of predicted classes; numbers have none. "PredictedLabel" by default.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The column of scores. By default "Score", of true or false "Probability" where there is one; null for none.</summary>
    public string? ScoreColumnName { get; init; } = "Score";

    /// <summary>Columns by which a reader recognizes a row; null, the default, for the first three of texts.</summary>
    public IReadOnlyList<string>? ShownColumnNames { get; init; }

    /// <summary>The most errors that are listed. 20 by default.</summary>
    public int MostErrors { get; init; } = 20;

    /// <summary>Files of SVG to show, such as graphs and their attention (<see cref="GraphExplanation.WriteSvg"/>).</summary>
    public IReadOnlyList<string> Drawings { get; init; } = [];

    private string Pipeline { get; }

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    /// <exception cref="InvalidDataException">A drawing is no SVG, or would load or run something.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(MostErrors);
        var page = new HtmlPage(Title);
        page.Sentence(string.Create(CultureInfo.InvariantCulture, $"Written {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC."));
        if (Facts.Count > 0)
            page.Table(["", ""], Facts.Select(fact => (IReadOnlyList<string>)[fact.Key, fact.Value]));
        Curves(page);
        if (_evaluated is not null)
            Evaluate(page, _evaluated);
        ReportDrawings.Add(page, Drawings);
        Options(page);
        Environs(page);
        page.Write(path);
    }

    private void Curves(HtmlPage page)
    {
        page.Heading("Training");
        if (Epochs.Count == 0)
        {
            page.Sentence("There is no record of epochs: the model isn't a network, or was loaded from a file that has none.");
            return;
        }
        var best = _history?.BestEpoch ?? 0;
        page.Sentence(string.Create(CultureInfo.InvariantCulture, $"{Epochs.Count} of {Epochs[^1].PlannedEpochs} epochs in ")
            + FormattableString.Invariant($"{Epochs.Sum(epoch => epoch.Seconds + epoch.ValidationSeconds):0.0} s")
            + (_history is null ? "" : $"; it ended as {Ending(_history.StoppedBecause)}"
                + (best > 0 ? FormattableString.Invariant($"; epoch {best} was the best") : "")
                + (_history.SkippedRows > 0 ? FormattableString.Invariant($"; {_history.SkippedRows} rows can't be read and were left out")
                    : "")) + "." + (Epochs.Any(epoch => epoch.ValidationLoss is not null) ? "" : " No rows were held out for validation."));
        SvgChart Chart(string title, Func<EpochRecord, double?> training, Func<EpochRecord, double?> validation)
        {
            var chart = new SvgChart(title, "epoch", "") { CountsAcross = true };
            foreach (var (name, of, color) in (ReadOnlySpan<(string, Func<EpochRecord, double?>, string)>)
                [("training", training, SvgChart.Colors[0]), ("validation", validation, SvgChart.Colors[1])])
                if (Epochs.Any(epoch => of(epoch) is not null))
                    chart.Line(name, Epochs.Select(epoch => ((double)epoch.Epoch, of(epoch) ?? double.NaN)), color);
            return best > 0 ? chart.Mark(best, "best") : chart;
        }
        static double? Of(IReadOnlyDictionary<string, double> metrics, string name) => metrics.TryGetValue(name, out var value) ? value
            : null;
        var names = Epochs.SelectMany(epoch => epoch.Metrics.Keys.Concat(epoch.ValidationMetrics.Keys)).Distinct();
        SvgChart One(string title, Func<EpochRecord, double> value) =>
            new SvgChart(title, "epoch", "") { CountsAcross = true, Height = 200 }
                .Line("", Epochs.Select(epoch => ((double)epoch.Epoch, value(epoch))), SvgChart.Colors[2]);
        page.Charts([Chart("loss", epoch => epoch.Loss, epoch => epoch.ValidationLoss).ToString(),
            .. names.Select(name => Chart(name, epoch => Of(epoch.Metrics, name), epoch => Of(epoch.ValidationMetrics, name)).ToString()),
            One("learning rate of the last step", epoch => epoch.LearningRate).ToString(),
            One("norm of the gradients", epoch => epoch.GradientNorm).ToString(),
            One("rows per second", epoch => epoch.RowsPerSecond).ToString()]);
    }

    private void Evaluate(HtmlPage page, IDataView data)
    {
        var shown = new ShownColumns(data.Schema, ShownColumnNames, LabelColumnName, PredictedLabelColumnName);
        var written = false;
        if (data.Schema.GetColumnOrNull(PredictedLabelColumnName) is { } predicted)
        {
            var isTruth = predicted.Type is BooleanDataViewType;
            var score = isTruth && ScoreColumnName == "Score" && data.Schema.GetColumnOrNull("Probability") is not null ? "Probability"
                : ScoreColumnName == "Score" && data.Schema.GetColumnOrNull("Score") is null ? null : ScoreColumnName;
            var rows = isTruth ? ClassRows.OfTruth(data, LabelColumnName, PredictedLabelColumnName, score, shown)
                : ClassRows.OfKeys(data, LabelColumnName, PredictedLabelColumnName, score, shown);
            written = rows.Rows.Count > 0;
            if (written)
                new ClassSections(page, rows, [.. shown.Columns.Select(column => column.Name)], MostErrors).Write();
        }
        else if (ScoreColumnName is null || data.Schema.GetColumnOrNull(ScoreColumnName) is null)
            throw new ArgumentException($"The evaluated view has neither column '{PredictedLabelColumnName}' nor column "
                + $"'{ScoreColumnName ?? "Score"}'; expected rows that a model of classes or numbers scored. It has "
                + $"{string.Join(", ", data.Schema.Where(column => !column.IsHidden).Select(column => column.Name))}.");
        else
            written = new NumberSections(page, data, LabelColumnName, ScoreColumnName, shown, MostErrors).Write();
        if (!written)
            page.Heading("Predictions").Sentence("The evaluated view has no row with a label: there is nothing to compare.");
    }

    private void Options(HtmlPage page)
    {
        if (TrainerOptions is null)
            return;
        page.Heading("Options").Table(["option", "value"], OptionTexts.All(TrainerOptions).Select(option => (IReadOnlyList<string>)
            [option.Key, option.Value]));
    }

    private void Environs(HtmlPage page)
    {
        page.Heading("Environment");
        List<IReadOnlyList<string>> rows =
        [
            .. TrainerOptions is { } options ? [["seed", MetricsText.Format(options.Seed)]] : (IReadOnlyList<string>[])[],
            .. Pipeline.Length > 0 ? [["pipeline", Pipeline]] : (IReadOnlyList<string>[])[],
        ];
        if (_network is { } network)
        {
            var info = network.Info;
            rows.Add(["predicts", $"{info.Task} of {info.Rows.Name()}, from "
                + $"{string.Join(", ", info.Inputs.Select(input => input.Column))}"]);
            rows.Add(["scores on", network.Target + (network.FallbackReason is { } reason ? $": {reason}" : "")]);
            rows.Add(["made with", $"MLSeqGraph {info.Versions.MLSeqGraph}, ONNX Runtime {info.Versions.OnnxRuntime}, operator set "
                + MetricsText.Format(info.Versions.Opset)]);
            if (info.Verification is { } verified)
                rows.Add(["compared with its training graph", FormattableString.Invariant(
                    $"largest relative difference {verified.LargestDifference:g3} in {verified.Cases} cases")]);
        }
        rows.Add(["written by", $"MLSeqGraph {ModelVersions.Current.MLSeqGraph}, ML.NET {Version(typeof(MLContext))}, ONNX Runtime "
            + $"{ModelVersions.Current.OnnxRuntime}"]);
        rows.Add(["machine", FormattableString.Invariant(
            $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}, {Environment.ProcessorCount} cores")]);
        page.Table(["", ""], rows);
    }

    private static string Version(Type type) =>
        (System.Reflection.CustomAttributeExtensions.GetCustomAttribute<System.Reflection.AssemblyInformationalVersionAttribute>(
            type.Assembly)?.InformationalVersion ?? type.Assembly.GetName().Version!.ToString(3)).Split('+')[0];

    private static string Ending(TrainingEnd end) => end switch
    {
        TrainingEnd.Completed => "all epochs were done",
        TrainingEnd.EarlyStopping => "the monitored metric had not improved for long enough",
        TrainingEnd.Canceled => "it was canceled",
        TrainingEnd.Stopped => "it was stopped",
        TrainingEnd.Diverged => "the loss or a gradient was no finite number",
        TrainingEnd.Failed => "something failed",
        _ => "it still runs",
    };
}
