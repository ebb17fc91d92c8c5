using Microsoft.ML;

namespace MLSeqGraph.Experiments;

/// <summary>A trial that runs: the values to try, and where to report.</summary>
public sealed class Trial
{
    private readonly SearchSpace _space;
    private readonly Func<int, double, bool>? _report;
    private readonly Lazy<MLContext> _ml;
    private int _reported;

    internal Trial(int trialId, IReadOnlyDictionary<string, object> parameters, SearchSpace space, int seed, int threads,
        CancellationToken stop, CancellationToken cancel, Func<int, double, bool>? report)
    {
        (TrialId, Parameters, _space, Seed, Threads, StopToken, CancellationToken, _report) =
            (trialId, parameters, space, seed, threads, stop, cancel, report);
        _ml = new(() => new(seed));
    }

    /// <summary>Its number in the study, from 0.</summary>
    public int TrialId { get; }

    /// <summary>The values to try, by name, of the dimensions that matter: Double, Int32, or the name of a choice.</summary>
    public IReadOnlyDictionary<string, object> Parameters { get; }

    /// <summary>A seed of the study, the same for all trials so that they differ in their values alone.</summary>
    public int Seed { get; }

    /// <summary>Threads that the trial may use: those of the options <c>Target</c> of this library's trainers by default, and for
    /// <c>NumberOfThreads</c> of ML.NET's own. 0 for one per core.</summary>
    public int Threads { get; }

    /// <summary>A context of this trial alone, with its seed: what ML.NET's own trainers draw doesn't depend on other trials. They can't be
    /// interrupted: at the end of the budget one runs on to its end.</summary>
    public MLContext ML => _ml.Value;

    /// <summary>Canceled when the trial is to end with what it reached: the budget is used up, or patience is.</summary>
    public CancellationToken StopToken { get; }

    /// <summary>Canceled when the trial is to end without a result.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The trial whose values and weights it goes on from (<see cref="PopulationBasedTuner"/>); null for none.</summary>
    public int? ParentTrialId { get; internal init; }

    /// <summary>
    /// With a <see cref="PopulationBasedTuner"/>, the folder in which the trial leaves what others go on from: trainers of this
    /// library do so by themselves. It is empty at the beginning. Otherwise that of a trial function in a study that lasts, for files of
    /// its own: what it wrote before <see cref="Report(double)"/> is there again where another process takes the trial over. Null without
    /// a study.
    /// </summary>
    public string? CheckpointFolder { get; internal init; }

    /// <summary>The folder that the trial <see cref="ParentTrialId"/> left; null for none.</summary>
    public string? StartFolder { get; internal init; }

    /// <summary>Whether this is no trial, but the training of its values on all rows.</summary>
    public bool IsRefit => _report is null;

    /// <summary>Whether a dimension matters in this trial.</summary>
    public bool Has(string name) => Parameters.ContainsKey(name);

    /// <summary>The value of a dimension: a number in the type asked for, or the object of a choice.</summary>
    /// <exception cref="ArgumentException">There is no such dimension, it doesn't matter in this trial, or it is of another
    /// type.</exception>
    public T Get<T>(string name)
    {
        var dimension = _space.Find(name) ?? throw new ArgumentException($"There is no dimension '{name}'; expected one of "
            + $"{string.Join(", ", _space.Dimensions.Select(one => one.Name))}.", nameof(name));
        if (!Parameters.TryGetValue(name, out var value))
            throw new ArgumentException($"'{name}' doesn't matter in this trial, where {dimension.Parent} is "
                + $"{Parameters.GetValueOrDefault(dimension.Parent!) ?? "of no matter either"}.", nameof(name));
        var found = dimension.IsChoice ? dimension.Objects[dimension.Choices.ToList().IndexOf((string)value)] : value;
        if (found is Func<Trial, T> make)
            return make(this);
        try
        {
            return (T)AnnotatedOptions.Converted(found, typeof(T))!;
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw new ArgumentException($"'{name}' is {found} ({found?.GetType().Name}); expected a {typeof(T).Name}.", nameof(name),
                error);
        }
    }

    /// <summary>A new object of a class of options, whose searched properties have this trial's values.</summary>
    public T Get<T>() where T : class, new()
    {
        var options = new T();
        AnnotatedOptions.Fill(options, Parameters, _space, "");
        return options;
    }

    /// <summary>Reports what the next epoch came to, for pruners. Trainers of this library do so by themselves.</summary>
    /// <param name="value">Of the experiment's metric.</param>
    /// <returns>Whether to go on; otherwise the trial is to end with what it reached.</returns>
    /// <exception cref="TrialPrunedException">The trial is to end: let it pass.</exception>
    /// <exception cref="InvalidDataException">The value is no finite number.</exception>
    public bool Report(double value) => Report(_reported + 1, value);

    /// <summary>Reports what an epoch came to, for functions that go on from what they wrote to <see cref="CheckpointFolder"/>.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="value">Of the experiment's metric.</param>
    /// <inheritdoc cref="Report(double)" path="/*[not(self::param)]"/>
    public bool Report(int epoch, double value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        _reported = epoch;
        CancellationToken.ThrowIfCancellationRequested();
        if (!double.IsFinite(value))
            throw new InvalidDataException($"Epoch {epoch} reported {value}; expected a finite number.");
        return (_report?.Invoke(epoch, value) ?? true) && !StopToken.IsCancellationRequested;
    }
}
