using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options of a layer that learns which steps it may skip (Campos et al. 2018, Skip RNN), around a cell of any kind. In a step that is
/// skipped the states stay as they are.
/// </summary>
/// <remarks>
/// u = round(ũ) with gradient 1 (straight through); s ← u · S(x, s) + (1 - u) · s with the cell's own step S; Δ = σ(h w + b);
/// ũ ← u Δ + (1 - u) (ũ + min(Δ, 1 - ũ)), at the start 1. Training reports the share of steps that weren't skipped as the metric
/// <c>updates</c>, and a deployed model their number in each row as the output <c>Updates</c>. Parameters: those of the cell,
/// <c>skip_weight</c> [hidden] (w) and <c>skip_bias</c> [1] (b, at the start 1). Deployed as a <c>Scan</c>.
/// </remarks>
public sealed record SkipRnnOptions : RecurrentOptions
{
    internal const string Updates = "updates";

    /// <summary>The cell; a GRU by default. Of its options the sizes are those of the layer.</summary>
    public RecurrentOptions Cell { get; init; } = new GruOptions();

    /// <summary>
    /// What each step that isn't skipped adds to the loss, in the mean over the sequences of a batch; 0 by default. The paper has 1e-5 to
    /// 1e-3.
    /// </summary>
    public float CostPerUpdate { get; init; }

    /// <inheritdoc/>
    public override string Name => $"Skip-{Cell.Name}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => [.. Cell.StateNames, "skip", Updates];

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Skipping(network, this, features);

    internal override void Check()
    {
        Check(nameof(Cell), Cell is not null and not SkipRnnOptions, Cell is null ? "null" : Cell.Name, "a cell that doesn't skip steps");
        base.Check();
        Check(nameof(CostPerUpdate), CostPerUpdate >= 0 && float.IsFinite(CostPerUpdate), CostPerUpdate, "a finite number of at least 0");
    }

    private sealed class Skipping : RecurrentCell
    {
        private readonly RecurrentCell _cell;
        private readonly Value _weight, _bias;
        private readonly float _cost;

        internal Skipping(NetworkBuilder network, SkipRnnOptions options, long features) : base(network, options)
        {
            _cell = (options.Cell with { Hidden = options.Hidden, LearnedInitialStates = false }).CreateCell(network, features);
            _weight = network.Parameter("skip_weight", [Hidden], Initializers.Normal(1 / MathF.Sqrt(Hidden)));
            _bias = network.Parameter("skip_bias", [1], Initializers.Ones, decays: false);
            _cost = options.CostPerUpdate;
        }

        public override bool ReadsTimes => _cell.ReadsTimes;

        public override Value[] Project(Value x) => _cell.Project(x);

        public override Value[] ProjectAt(Value x, Value? times) => _cell.ProjectAt(x, times);

        public override Value[] ProjectContext(Value context) => _cell.ProjectContext(context);

        // The state "skip" is 1 - ũ, since states start at 0; both it and the count are the same for all units.
        public override Value[] Step(Value[] input, Value[] states)
        {
            var own = states[..^2];
            var probability = 1f - states[^2];                                                         // [batch, hidden]
            var update = probability + Op.StopGradient(Round(probability) - probability);
            var next = _cell.Next(input, own);
            for (var i = 0; i < own.Length; i++)
                next[i] = own[i] + update * (next[i] - own[i]);
            var rise = Op.Sigmoid(Op.ReduceSum(next[0] * _weight, [1]) + _bias);                       // [batch, 1]
            var later = update * rise + (1f - update) * (probability + Op.Min(rise + Op.ZerosLike(probability), 1f - probability));
            return [.. next, 1f - later, states[^1] + update];
        }

        internal override void Finish(Sequence x, Value[] last)
        {
            var updates = Op.Squeeze(Op.Slice(last[^1], 1, 0, 1), 1);                                  // [batch]
            if (_cost > 0)
                Network.AddToLoss(Op.ReduceMean(updates, keepDims: false) * _cost);
            var steps = Op.Cast(x.Lengths ?? Op.SizeOf(x.Steps, 0), updates.Type);
            Network.Count(Updates, updates, Op.ZerosLike(updates) + steps);
        }

        // Halves go down, as in NumPy and PyTorch, where they are between 0 and 1.
        private static Value Round(Value x) => Op.Cast(Op.Greater(x, x.Number(0.5f)), x.Type);
    }
}
