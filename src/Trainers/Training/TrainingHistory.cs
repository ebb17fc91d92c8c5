using System.Globalization;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The epochs of a training run.</summary>
public sealed class TrainingHistory
{
    private readonly List<EpochRecord> _epochs = [];

    internal TrainingHistory()
    {
    }

    /// <summary>The finished epochs, including those before the run was resumed.</summary>
    public IReadOnlyList<EpochRecord> Epochs => _epochs;

    /// <summary>Number of the epoch in which the monitored metric was best; 0 before the first.</summary>
    public int BestEpoch { get; internal set; }

    /// <summary>Why training ended.</summary>
    public TrainingEnd StoppedBecause { get; internal set; }

    /// <summary>
    /// Number of training rows that were left out because they can't be read (<see cref="NetworkTrainerOptions.BadRows"/>).
    /// </summary>
    public long SkippedRows { get; internal set; }

    /// <summary>Number of validation rows that were left out.</summary>
    public long SkippedValidationRows { get; internal set; }

    internal void Add(EpochRecord epoch) => _epochs.Add(epoch);

    /// <summary>
    /// Writes a row per epoch, with numbers in the invariant culture; missing values are left empty. The file is written whole or not at
    /// all.
    /// </summary>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        WriteCsv(writer);
    });

    private void WriteCsv(StreamWriter writer)
    {
        var metrics = _epochs.SelectMany(epoch => epoch.Metrics.Keys).Distinct().ToArray();
        var validation = _epochs.SelectMany(epoch => epoch.ValidationMetrics.Keys).Distinct().ToArray();
        WriteRow(writer, ["epoch", "loss", .. metrics, "validation_loss", .. validation.Select(name => "validation_" + name),
            "gradient_norm", "learning_rate", "steps", "rows", "seconds", "waiting_seconds", "feeding_seconds",
            "step_seconds", "validation_seconds", "steps_per_second", "rows_per_second"]);
        foreach (var epoch in _epochs)
            WriteRow(writer, [epoch.Epoch.ToString(CultureInfo.InvariantCulture), Number(epoch.Loss),
                .. metrics.Select(name => Number(epoch.Metrics, name)),
                Number(epoch.ValidationLoss), .. validation.Select(name => Number(epoch.ValidationMetrics, name)),
                Number(epoch.GradientNorm), epoch.LearningRate.ToString(CultureInfo.InvariantCulture), Number(epoch.Steps),
                    Number(epoch.Rows),
                Number(epoch.Seconds), Number(epoch.WaitingSeconds), Number(epoch.FeedingSeconds), Number(epoch.StepSeconds),
                Number(epoch.ValidationSeconds), Number(epoch.StepsPerSecond), Number(epoch.RowsPerSecond)]);
    }

    /// <summary>One line per epoch.</summary>
    public override string ToString() => string.Join('\n', _epochs);

    private static void WriteRow(StreamWriter writer, IEnumerable<string> cells) =>
        writer.WriteLine(string.Join(',', cells.Select(cell => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"")}\""
            : cell)));

    private static string Number(IReadOnlyDictionary<string, double> metrics, string name) =>
        Number(metrics.TryGetValue(name, out var value) ? value : null);

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
