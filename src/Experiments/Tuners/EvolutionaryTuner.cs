using MLSeqGraph.Onnx;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Regularized evolution (Real et al. 2019): the best of a few trials drawn from the youngest is changed a little. Old ones die however
/// good they were, so that luck isn't passed on.
/// </summary>
public sealed record EvolutionaryTuner : Tuner
{
    /// <summary>The number of trials that are alive; the first are random. 20 by default.</summary>
    public int Population { get; init; } = 20;

    /// <summary>The number of trials drawn, of which the best is the parent. 5 by default.</summary>
    public int Tournament { get; init; } = 5;

    /// <summary>The standard deviation of a change, where the range is 1. 0.15 by default.</summary>
    public double Deviation { get; init; } = 0.15;

    internal override void Validate()
    {
        Experiment.Check(nameof(Population), Population, 1);
        Experiment.Check(nameof(Tournament), Tournament, 1);
        Experiment.Check(nameof(Deviation), Deviation, 0);
    }

    /// <inheritdoc/>
    public override double[] Propose(TunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TunedTrial[] ended = [.. context.History.Where(trial => trial.HasEnded)];
        TunedTrial[] alive = [.. ended.TakeLast(Population).Where(trial => trial.State == TrialState.Completed)];
        if (ended.Length < Population || alive.Length == 0)
            return RandomPoint(context);
        var random = context.Random;
        var parent = Enumerable.Range(0, Tournament).Select(_ => alive[random.Next(alive.Length)]).MinBy(trial => trial.Loss)!;
        double[] child = [.. parent.Point];
        int[] matter = [.. context.Space.Dimensions.Indexed().Where(one => parent.Parameters.ContainsKey(one.Item.Name))
            .Select(one => one.Index)];
        // One for sure, others seldom.
        var sure = matter[random.Next(matter.Length)];
        foreach (var i in matter)
            if (i == sure || random.NextDouble() < 0.5 / matter.Length)
                child[i] = Changed(child[i], context.Space.Dimensions[i], random);
        foreach (var (i, dimension) in context.Space.Dimensions.Indexed())
            if (!parent.Parameters.ContainsKey(dimension.Name))
                child[i] = random.NextDouble();
        return child;
    }

    private double Changed(double place, Dimension dimension, Random random)
    {
        if (dimension.IsChoice)
            return random.NextDouble();
        // Reflected at the ends.
        var moved = Math.Abs(place + Deviation * random.NextNormal()) % 2;
        return moved > 1 ? 2 - moved : moved;
    }
}
