namespace MLSeqGraph.Onnx;

/// <summary>
/// The numbers that describe the distribution of a step of a series (Graves 2013, "Generating Sequences With Recurrent Neural Networks"): a
/// mixture of normal distributions of its real numbers, a probability for each one that is 0 or 1, and one that the series ends.
/// </summary>
/// <remarks>
/// In this order: K logits of the components; of each real number i K means μ, then of each K logarithms of deviations log σ, then of
/// each pair j &lt; i, in the order (1, 0), (2, 0), (2, 1), …, K numbers λ; logits of the binary numbers; the logit of the end. The
/// density of a component is that of ε = (x[i] - μ[i]) / σ[i] + Σ λ[i, j] (x[j] - μ[j]), standard normal, times Π 1 / σ[i].
/// </remarks>
/// <param name="Real">Real numbers of a step, C.</param>
/// <param name="Binary">Numbers that are 0 or 1, behind them.</param>
/// <param name="Components">Normal distributions in the mixture, K.</param>
internal readonly record struct MixtureLayout(int Real, int Binary, int Components)
{
    /// <summary>Pairs of real numbers.</summary>
    internal int Pairs => Real * (Real - 1) / 2;

    /// <summary>Where means, deviations, λ, binary numbers and the end begin.</summary>
    internal int Means => Components;

    internal int Deviations => Means + Components * Real;

    internal int Dependences => Deviations + Components * Real;

    internal int Binaries => Dependences + Components * Pairs;

    internal int End => Binaries + Binary;

    /// <summary>Numbers in all.</summary>
    internal int Count => End + 1;

    /// <summary>Draws a step.</summary>
    /// <param name="numbers">What describes its distribution.</param>
    /// <param name="bias">
    /// 0 to draw from it, more for likelier steps: deviations are multiplied by exp(-bias) and logits by 1 + bias (Graves 2013,
    /// section 5.4).
    /// </param>
    /// <param name="random">Draws.</param>
    /// <param name="step">Receives the numbers, real ones first.</param>
    /// <returns>Whether it is the last one.</returns>
    internal bool Draw(ReadOnlySpan<float> numbers, double bias, ref SplitMix64 random, Span<float> step)
    {
        var component = Chosen(numbers[..Components], 1 + bias, random.NextDouble());
        var pair = Dependences;
        for (var i = 0; i < Real; i++)
        {
            var noise = Math.Exp(-bias) * Math.Sqrt(-2 * Math.Log(random.NextPositive())) * Math.Cos(2 * Math.PI * random.NextDouble());
            for (var j = 0; j < i; j++, pair += Components)
                noise -= numbers[pair + component] * (step[j] - (double)numbers[Means + j * Components + component]);
            step[i] = (float)(numbers[Means + i * Components + component]
                + noise * Math.Exp(numbers[Deviations + i * Components + component]));
        }
        for (var i = 0; i < Binary; i++)
            step[Real + i] = Tossed(numbers[Binaries + i], ref random) ? 1 : 0;
        return Tossed(numbers[End], ref random);

        bool Tossed(float logit, ref SplitMix64 random) => random.NextDouble() < 1 / (1 + Math.Exp(-logit * (1 + bias)));
    }

    private static int Chosen(ReadOnlySpan<float> logits, double sharpness, double at)
    {
        var most = float.NegativeInfinity;
        foreach (var logit in logits)
            most = Math.Max(most, logit);
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp((logit - most) * sharpness);
        at *= sum;
        for (var i = 0; i < logits.Length - 1; i++)
            if ((at -= Math.Exp((logits[i] - most) * sharpness)) < 0)
                return i;
        return logits.Length - 1;
    }
}
