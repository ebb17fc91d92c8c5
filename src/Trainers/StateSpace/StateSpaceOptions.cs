using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options of all estimators of models with hidden states.</summary>
public abstract class StateSpaceOptions
{
    /// <summary>
    /// The column of sequences: a vector of keys, Int32 or Int64 (symbols), or a vector of Single (features, time-major).
    /// </summary>
    public string SequenceColumnName { get; set; } = "Features";

    /// <summary>Features per step of a real-valued sequence; null, the default, to take them from the column's dimensions, or 1.</summary>
    public int? FeatureCount { get; set; }

    /// <summary>
    /// For symbols of type Int32 or Int64: values from 0 to below this are known; null, the default, to learn it from the data.
    /// </summary>
    public int? VocabularySize { get; set; }

    /// <summary>What happens to rows that can't be read, in fitting and when the fitted model scores. By default an error.</summary>
    public BadRows BadRows { get; set; }

    /// <summary>Where the fitted model scores; by default on the CPU. Fitting runs on the CPU.</summary>
    public ExecutionTarget Target { get; set; } = ExecutionTarget.Cpu();

    /// <summary>Ends fitting with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public virtual void Validate()
    {
        Named(nameof(SequenceColumnName), SequenceColumnName);
        TrainingOptions.Check(nameof(FeatureCount), FeatureCount is null or >= 1, FeatureCount, "at least 1, or null");
        TrainingOptions.Check(nameof(VocabularySize), VocabularySize is null or >= 1, VocabularySize, "at least 1, or null");
        TrainingOptions.Defined(nameof(BadRows), BadRows);
        NotNull(nameof(Target), Target);
    }

    private protected static void Named(string option, string? column) =>
        TrainingOptions.Check(option, !string.IsNullOrEmpty(column), $"'{column}'", "the name of a column");

    private protected static void NotNull(string option, object? found) =>
        TrainingOptions.Check(option, found is not null, found, "a value");
}
