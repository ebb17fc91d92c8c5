namespace MLSeqGraph.Experiments;

/// <summary>What an experiment tries next: first what it was told to, or its defaults, then what the tuner says.</summary>
internal sealed class Proposals
{
    private readonly Experiment _experiment;
    private readonly Study _study;
    private readonly IReadOnlyList<TunedTrial> _earlier;
    private readonly IReadOnlyList<IReadOnlyDictionary<string, object>> _first;

    internal Proposals(Experiment experiment, Study study)
    {
        (_experiment, _study) = (experiment, study);
        (_earlier, var best) = ReadEarlier();
        _first = [.. experiment.First.Count > 0 ? experiment.First : experiment.TriesDefaults ? [experiment.Space.Default]
            : (IReadOnlyDictionary<string, object>[])[], .. best];
    }

    /// <summary>The values of the trial of a number, given those before.</summary>
    internal TrialProposal Propose(int number, IReadOnlyList<TrialResult> trials)
    {
        if (number < _first.Count)
            return new(_first[number]);
        var space = _experiment.Space;
        TunedTrial[] history = [.. _earlier, .. trials.Select(trial => Tuned(_study, trial)!)];
        var tried = trials.Select(trial => TrialParameters.ToJson(trial.Parameters)).ToHashSet();
        var random = new Random(Mixed(_experiment.Seed, number));
        if (_experiment.Tuner is PopulationBasedTuner population && population.ProposeRound(
            new(space, number, history, random, _experiment.Seed), trials, _study.Loss) is { } round)
            return round;
        IReadOnlyDictionary<string, object> parameters;
        var draws = 0;
        do
            parameters = space.SampleFromFeatureSpace(_experiment.Tuner.Propose(new(space, number, history, random, _experiment.Seed)));
        while (tried.Contains(TrialParameters.ToJson(parameters)) && ++draws < 20);
        return new(parameters);
    }

    private (IReadOnlyList<TunedTrial>, IEnumerable<IReadOnlyDictionary<string, object>>) ReadEarlier()
    {
        if (_experiment.Earlier is not var (database, name))
            return ([], []);
        using var earlier = Study.Open(database, name);
        if ((earlier.Metric, earlier.IsMaximize) != (_study.Metric, _study.IsMaximize))
            throw new StudyException($"The earlier study '{name}' is of {earlier.Metric}, not {_study.Metric}.");
        var trials = earlier.Trials;
        TunedTrial[] known = [.. trials.Where(trial => trial.State is TrialState.Completed or TrialState.Pruned or TrialState.Failed)
            .Select(trial => Tuned(earlier, trial)).OfType<TunedTrial>()];
        return (known, known.Where(trial => trial.State == TrialState.Completed).OrderBy(trial => trial.Loss).Take(3)
            .Select(trial => trial.Parameters));
    }

    // Null where the values aren't of this space.
    private TunedTrial? Tuned(Study study, TrialResult trial) => _experiment.Space.MappingToFeatureSpace(trial.Parameters) is { } point
        ? new(point, _experiment.Space.SampleFromFeatureSpace(point).ToDictionary(one => one.Key, one => trial.Parameters[one.Key]),
            trial.State, trial.Metric is { } metric ? study.Loss(metric) : double.PositiveInfinity) : null;

    // A trial's random numbers follow from seed and number: SplitMix64's mixing.
    private static int Mixed(int seed, int number)
    {
        var z = ((ulong)(uint)seed << 32 | (uint)number) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
