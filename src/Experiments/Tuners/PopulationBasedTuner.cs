using System.Globalization;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Population-based training (Jaderberg et al. 2017): networks train side by side, a few epochs a trial. Those that are behind go on from
/// the weights of one that is ahead (exploit), with its values changed a little (explore), so that values change during a training as
/// a schedule does.
/// </summary>
/// <remarks>
/// <para>A trial is a round of one member: trials 0 to <see cref="Population"/> − 1 are the first rounds, and each later one goes on from
/// the checkpoint of the trial that <see cref="TrialResult.ParentTrialId"/> names. Trainers of this library do that by themselves; a
/// function does it with <see cref="Trial.StartFolder"/> and <see cref="Trial.CheckpointFolder"/>. The model of a trial is trained round
/// by round as it was.</para>
/// <para>The options <c>Epochs</c> of the trainers are those of a whole training: <see cref="Interval"/> times the number of
/// rounds.</para>
/// </remarks>
public sealed record PopulationBasedTuner : Tuner
{
    /// <summary>Members of the population. 8 by default.</summary>
    public int Population { get; init; } = 8;

    /// <summary>Epochs of a round. 1 by default. Of a function it is what the function makes of it.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>The share of the members that is replaced by members of the same share that is ahead, at least one. 0.25 by
    /// default.</summary>
    public double Quantile { get; init; } = 0.25;

    /// <summary>How likely a value is drawn anew rather than changed, when it is explored. 0.25 by default.</summary>
    public double ResampleProbability { get; init; } = 0.25;

    /// <summary>A value that is explored is multiplied or divided by this. 1.2 by default.</summary>
    public double Factor { get; init; } = 1.2;

    /// <summary>
    /// The dimensions that are explored. Null, the default, for ranges of real numbers: choices and whole numbers often decide the
    /// shapes of weights, with which a member could not go on.
    /// </summary>
    public IReadOnlyList<string>? Explored { get; init; }

    /// <summary>Where checkpoints of the trials stand, a folder a trial. Null, the default, for a folder beside a SQLite file, or a
    /// temporary one for a study in memory.</summary>
    public string? CheckpointFolder { get; init; }

    internal override void Validate()
    {
        Experiment.Check(nameof(Population), Population, 2);
        Experiment.Check(nameof(Interval), Interval, 1);
        Experiment.Check(nameof(Factor), Factor, 1);
        if (!double.IsFinite(Factor))
            throw new ArgumentException($"{nameof(Factor)} is {Dimension.Text(Factor)}; expected a finite number.");
        if (Explored?.Contains(null!) == true)
            throw new ArgumentException($"{nameof(Explored)} has a null; expected names of dimensions.");
        if (CheckpointFolder is { } folder && (File.Exists(folder) || folder.Trim().Length == 0))
            throw new ArgumentException($"{nameof(CheckpointFolder)} '{folder}' is {(folder.Trim().Length == 0 ? "empty" : "a file")}; "
                + "expected a folder for checkpoints.");
        if (Quantile is not (> 0 and <= 0.5))
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(Quantile)} is {Quantile}; expected above 0 and at most 0.5."));
        if (ResampleProbability is not (>= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"{nameof(ResampleProbability)} is {ResampleProbability}; ")
                + "expected from 0 to 1.");
    }

    /// <summary>A member of the first round, evenly at random.</summary>
    public override double[] Propose(TunerContext context) => RandomPoint(context);

    /// <summary>The next round of a member; null where it begins.</summary>
    internal TrialProposal? ProposeRound(TunerContext context, IReadOnlyList<TrialResult> trials, Func<double, double> loss)
    {
        var number = context.TrialId;
        if (number < Population)
            return null;
        // Each member's last round that has ended, of the rounds before; with several trials at a time some still run.
        TrialResult?[] last = [.. Enumerable.Range(0, Population).Select(member => trials.LastOrDefault(trial =>
            trial.TrialId % Population == member && trial.TrialId / Population < number / Population
                && trial.State is not (TrialState.Running or TrialState.Waiting)))];
        TrialResult[] ranked = [.. last.OfType<TrialResult>().Where(trial => trial.State == TrialState.Completed)
            .OrderBy(trial => loss(trial.Metric!.Value)).ThenBy(trial => trial.TrialId)];
        if (ranked.Length == 0)
            return null;
        var ahead = Math.Max(1, (int)(Quantile * ranked.Length));
        var own = last[number % Population] is { State: TrialState.Completed } completed ? completed : null;
        if (own is not null && Array.IndexOf(ranked, own) < Math.Max(ranked.Length - ahead, 1))
            return new(own.Parameters, own.TrialId);
        var parent = ranked[context.Random.Next(Math.Min(ahead, ranked.Length))];
        return new(Explore(context, parent.Parameters), parent.TrialId);
    }

    /// <exception cref="ArgumentException">A dimension that is to be explored isn't of the space.</exception>
    internal void MustFit(SearchSpace space)
    {
        foreach (var name in Explored ?? [])
            if (space.Find(name) is null)
                throw new ArgumentException($"{nameof(Explored)} has '{name}', which the search space lacks; expected some of "
                    + $"{string.Join(", ", space.Dimensions.Select(one => one.Name))}.");
        if (!space.Dimensions.Any(IsExplored))
            throw new ArgumentException($"A population explores ranges of real numbers, and the search space has none: name dimensions in "
                + $"{nameof(Explored)}.");
    }

    private bool IsExplored(Dimension dimension) => Explored?.Contains(dimension.Name) ?? (!dimension.IsChoice && !dimension.IsInteger);

    private Dictionary<string, object> Explore(TunerContext context, IReadOnlyDictionary<string, object> parameters)
    {
        var values = parameters.ToDictionary();
        var random = context.Random;
        foreach (var dimension in context.Space.Dimensions.Where(one => IsExplored(one) && parameters.ContainsKey(one.Name)))
        {
            var (isNew, isMore) = (random.NextDouble() < ResampleProbability, random.NextDouble() < 0.5);
            var place = random.NextDouble();
            if (dimension.IsChoice || isNew)
            {
                if (isNew)
                    values[dimension.Name] = dimension.At(place);
                continue;
            }
            var value = Convert.ToDouble(parameters[dimension.Name], CultureInfo.InvariantCulture) * (isMore ? Factor : 1 / Factor);
            value = Math.Clamp(dimension.IsInteger ? Math.Round(value) : value, dimension.Min, dimension.Max);
            values[dimension.Name] = dimension.IsInteger ? (object)(int)value : value;
        }
        return values;
    }
}
