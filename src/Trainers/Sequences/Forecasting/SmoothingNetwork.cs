using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Exponential smoothing with a damped trend and additive seasons (Holt 1957; Winters 1960; Gardner and McKenzie 1985), whose factors are
/// trained: with the error e of a step's forecast level + φ slope + season,
/// level ← level + φ slope + α e, slope ← φ slope + α β e, season ← season + γ e. It starts from the first two seasons of the
/// window, so that series of any size share the factors.
/// </summary>
internal sealed record SmoothingNetwork(int Season, bool HasTrend) : ForecastNetwork
{
    // The least damping, from which trends are almost none after some steps.
    private const float LeastDamping = 0.8f;

    // A factor has to go farther than a weight of a layer: the usual rates of learning are right for both.
    private const float Speed = 20;

    public override string Name => Season > 1 ? "seasonal smoothing" : "smoothing";

    internal override bool ForecastsValues => true;

    internal override int LeastWindow => Math.Max(2, Season > 1 ? 2 * Season : 2);

    public override Value Forecast(ForecastInput input)
    {
        var (network, targets) = (input.Network, input.TargetCount);
        var x = Op.Slice(input.Steps.Steps, 2, 0, targets);                                                  // [window, batch, targets]
        Value alpha, beta, damping, gamma;
        using (network.Scope("smoothing"))
        {
            Value Factor(string name, float start) => Op.Sigmoid(network.Parameter(name, [targets],
                Initializers.Constant(MathF.Log(start / (1 - start)) / Speed), decays: false) * Speed);
            (alpha, gamma) = (Factor("level", 0.4f), Season > 1 ? Factor("season", 0.1f) : null!);
            beta = HasTrend ? Factor("slope", 0.1f) : null!;
            damping = HasTrend ? Factor("damping", 0.6f) * (1 - LeastDamping) + LeastDamping : null!;
        }
        Value[] states = [.. Start(x)];
        var (last, _) = Op.Scan(states, [x], (before, slices) =>
        {
            var moved = HasTrend ? damping * before[1] : null;
            var season = Season > 1 ? Op.Squeeze(Op.Slice(before[2], 2, 0, 1), 2) : null;                  // [batch, targets]
            var level = moved is null ? before[0] : before[0] + moved;
            var error = slices[0] - (season is null ? level : level + season);
            Value[] next = [level + alpha * error, moved is null ? before[1] : moved + alpha * beta * error];
            // The seasons stand in the order in which they come.
            if (season is not null)
                next = [.. next, Op.Concat(2, Op.Slice(before[2], 2, 1), Op.Unsqueeze(season + gamma * error, 2))];
            return (next, []);
        });
        return input.WithFuture(input.WithSpread(Ahead(input, last, HasTrend ? damping : null)));
    }

    // Level, slope and seasons before the first step, [batch, targets] and [batch, targets, season].
    private IEnumerable<Value> Start(Value x)
    {
        var size = Math.Max(1, Season);
        var (first, window) = (Op.ReduceMean(Op.Slice(x, 0, 0, size), [0], keepDims: false), (int)x.Shape[0].Size);
        // Without seasons the slope of the first steps.
        var apart = Season > 1 ? Season : Math.Max(1, Math.Min(4, window / 2));
        var second = Op.ReduceMean(Op.Slice(x, 0, apart, apart + size), [0], keepDims: false);
        var slope = HasTrend ? (second - first) / (float)apart : first * 0f;
        yield return first - slope * ((size + 1) / 2f);
        yield return slope;
        if (Season < 2)
            yield break;
        var seasons = Enumerable.Range(0, Season).Select(step => Op.Squeeze(Op.Slice(x, 0, step, step + 1), 0)
            - first - slope * (step - (Season - 1) / 2f));
        yield return Op.Concat(2, [.. seasons.Select(season => Op.Unsqueeze(season, 2))]);
    }

    private Value Ahead(ForecastInput input, Value[] last, Value? damping)
    {
        var (graph, horizon) = (input.Network.Graph, input.Horizon);
        var ones = graph.Vector([.. Enumerable.Repeat(1f, horizon)]);
        var y = Op.Unsqueeze(last[0], 2) * ones;                                                             // [batch, targets, horizon]
        if (damping is not null)
        {
            // φ + φ² + …
            var powers = graph.Vector([.. Enumerable.Range(1, horizon).Select(step => (float)step)]);
            var sums = new float[horizon * horizon];
            for (var from = 0; from < horizon; from++)
                for (var to = from; to < horizon; to++)
                    sums[from * horizon + to] = 1;
            var damped = Op.MatMul(Op.Exp(Op.Unsqueeze(Op.Log(damping), 1) * powers), graph.Constant(TensorData.Create(sums, horizon,
                horizon)));                                                                                  // [targets, horizon]
            y += Op.Unsqueeze(last[1], 2) * damped;
        }
        long[] steps = [.. Enumerable.Range(0, horizon).Select(step => (long)step % Math.Max(1, Season))];
        return Season > 1 ? y + Op.Gather(last[2], graph.Vector(steps), 2) : y;
    }
}
