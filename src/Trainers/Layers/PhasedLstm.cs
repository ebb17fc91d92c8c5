using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Options of a layer of phased long short-term memory (Neil et al. 2016): every unit has a rhythm of its own and changes only while it is
/// open, a small share of its period, so that it remembers for long and reads series sampled at any times. For the equations see
/// <see cref="Layers.PhaseGate"/>.
/// </summary>
/// <remarks>
/// The times of the steps are the trainer's input <see cref="InputColumn.Times"/>; without one steps are counted from 1. c' and h' are
/// those of an LSTM without peepholes, from the states before, i, f, o = σ(x W + h U + b), g = tanh(…): c ← k ∘ c' + (1 - k) ∘ c,
/// and h likewise,
/// with the openness k. Parameters: <c>input_weight</c> [features, 4·hidden], <c>recurrent_weight</c> [hidden, 4·hidden], <c>bias</c>
/// [4·hidden] in the order i, f, o, g; <c>log_period</c>, <c>shift</c> and <c>open_ratio</c> [hidden]. Deployed as a <c>Scan</c>.
/// </remarks>
public sealed record PhasedLstmOptions : RecurrentOptions
{
    /// <summary>The shortest period that units start with, in the unit of the times; 1 by default.</summary>
    public float ShortestPeriod { get; init; } = 1;

    /// <summary>
    /// The longest period that units start with; 20 by default, about e³ as in the paper. Periods are drawn so that their logarithms are
    /// uniform, and shifts uniform within a period.
    /// </summary>
    public float LongestPeriod { get; init; } = 20;

    /// <summary>The share of its period that a unit is open at the start, 0.05 by default.</summary>
    public float OpenRatio { get; init; } = 0.05f;

    /// <summary>The slope of the openness while a unit is closed, through which gradients pass; 0.001 by default.</summary>
    public float Leak { get; init; } = 0.001f;

    /// <inheritdoc/>
    public override string Name => "Phased-LSTM";

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => ["hidden", "cell", "time"];

    /// <inheritdoc/>
    public override RecurrentCell CreateCell(NetworkBuilder network, long features) => new Cell(network, this, features);

    internal override void Check()
    {
        base.Check();
        Check(nameof(ShortestPeriod), ShortestPeriod > 0 && float.IsFinite(ShortestPeriod), ShortestPeriod, "a finite number above 0");
        Check(nameof(LongestPeriod), LongestPeriod >= ShortestPeriod && float.IsFinite(LongestPeriod), LongestPeriod,
            FormattableString.Invariant($"a finite number of at least {nameof(ShortestPeriod)}, {ShortestPeriod}"));
        Check(nameof(OpenRatio), OpenRatio is > 0 and <= 1, OpenRatio, "above 0 and at most 1");
        Check(nameof(Leak), Leak is >= 0 and < 1, Leak, "at least 0 and below 1");
    }

    private sealed class Cell : RecurrentCell
    {
        private const float LeastOpen = 1e-3f;

        private readonly Value _recurrentWeight, _period, _shift, _openRatio;
        private readonly float _leak;

        internal Cell(NetworkBuilder network, PhasedLstmOptions options, long features)
            : base(network, options, features, [4], biasInitializer: ForgetBias)
        {
            _leak = options.Leak;
            _recurrentWeight = network.Parameter("recurrent_weight", [Hidden, 4 * Hidden], Initializers.Orthogonal);
            float[] periods = [];
            _period = Op.Exp(network.Parameter("log_period", [Hidden], (sizes, random) => periods = [.. Enumerable.Range(0, Hidden)
                .Select(_ => MathF.Log(options.ShortestPeriod) + random.NextSingle()
                    * MathF.Log(options.LongestPeriod / options.ShortestPeriod))], decays: false));
            _shift = network.Parameter("shift", [Hidden], (sizes, random) =>
                [.. Enumerable.Range(0, Hidden).Select(i => random.NextSingle() * MathF.Exp(periods[i]))], decays: false);
            _openRatio = Op.Clip(network.Parameter("open_ratio", [Hidden], Initializers.Constant(options.OpenRatio), decays: false),
                LeastOpen, 1);
        }

        public override bool ReadsTimes => true;

        // Openness doesn't depend on states, so that it is computed for all steps at once where times are given.
        public override Value[] ProjectAt(Value x, Value? times) => times is null ? Project(x)
            : [.. Project(x), Trainers.Layers.PhaseGate(times, _period, _shift, _openRatio, _leak)];

        public override Value[] Step(Value[] input, Value[] states)
        {
            Value h = states[0], c = states[1], time = states[2];
            if (input.Length == 1)
                time += 1f;
            var open = input.Length > 1 ? input[1] : Trainers.Layers.PhaseGate(time, _period, _shift, _openRatio, _leak);
            var gates = Op.Split(input[0] + Op.MatMul(h, _recurrentWeight), 1, 3 * Hidden, Hidden);
            var admit = Op.Split(Op.Sigmoid(gates[0]), 1, Hidden, Hidden, Hidden);                          // i, f, o
            var next = admit[1] * c + admit[0] * Op.Tanh(gates[1]);
            return [h + open * (admit[2] * Op.Tanh(next) - h), c + open * (next - c), time];
        }

        private static float[] ForgetBias(long[] sizes, Random random) =>
            [.. Enumerable.Range(0, (int)sizes[0]).Select(i => i / (sizes[0] / 4) == 1 ? 1f : 0f)];
    }
}

public static partial class Layers
{
    /// <summary>
    /// How far units with a rhythm are open (Neil et al. 2016, equation 6): with φ = ((t - s) mod τ) / τ, 2 φ / r while φ &lt; r / 2,
    /// 2 - 2 φ / r while φ &lt; r, otherwise α φ.
    /// </summary>
    /// <param name="times">The times t, [.., 1] or [.., units].</param>
    /// <param name="period">The periods τ, [units].</param>
    /// <param name="shift">The shifts s, [units].</param>
    /// <param name="openRatio">The share r of its period that a unit is open, [units].</param>
    /// <param name="leak">The slope α while it is closed.</param>
    /// <returns>[.., units], from 0 to 1.</returns>
    public static Value PhaseGate(Value times, Value period, Value shift, Value openRatio, float leak)
    {
        var turns = (times - shift) / period;
        var phase = turns - Op.Floor(turns);
        var rise = phase * 2f / openRatio;
        return Op.Where(Op.Less(phase, openRatio * 0.5f), rise, Op.Where(Op.Less(phase, openRatio), 2f - rise, phase * leak));
    }
}
