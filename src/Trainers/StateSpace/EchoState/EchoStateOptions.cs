namespace MLSeqGraph.Trainers;

/// <summary>The reservoirs of an echo state network: random recurrent layers that aren't trained.</summary>
public sealed record EchoStateOptions
{
    /// <summary>Units of each reservoir, 200 by default.</summary>
    public int Units { get; init; } = 200;

    /// <summary>
    /// How fast units follow, one number per reservoir: h ← (1 - a) h + a tanh(W h + V x + b). By default one reservoir with 1, which
    /// forgets fastest; several numbers make several reservoirs of different speeds.
    /// </summary>
    public IReadOnlyList<double> Leaks { get; init; } = [1.0];

    /// <summary>
    /// The spectral radius of the recurrent weights, 0.9 by default. From 1 on a reservoir may not forget its start, which is allowed and
    /// logged.
    /// </summary>
    public double SpectralRadius { get; init; } = 0.9;

    /// <summary>Connections into each unit, at most as many as there are units; 10 by default.</summary>
    public int Connections { get; init; } = 10;

    /// <summary>Bound of the uniform weights of the inputs, 1 by default.</summary>
    public double InputScale { get; init; } = 1;

    /// <summary>Bound of the uniform biases, 0.2 by default.</summary>
    public double BiasScale { get; init; } = 0.2;

    /// <summary>Decides the weights. 0 by default.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        TrainingOptions.AtLeast(nameof(Units), Units, 1);
        TrainingOptions.Check(nameof(Leaks), Leaks is { Count: >= 1 } && Leaks.All(leak => leak is > 0 and <= 1), Leaks is null ? null
            : FormattableString.Invariant($"[{string.Join(", ", Leaks)}]"), "numbers above 0 and at most 1");
        TrainingOptions.Check(nameof(SpectralRadius), SpectralRadius >= 0 && double.IsFinite(SpectralRadius), SpectralRadius,
            "a finite number of at least 0");
        TrainingOptions.AtLeast(nameof(Connections), Connections, 1);
        TrainingOptions.Check(nameof(InputScale), InputScale > 0 && double.IsFinite(InputScale), InputScale, "a finite number above 0");
        TrainingOptions.Check(nameof(BiasScale), BiasScale >= 0 && double.IsFinite(BiasScale), BiasScale, "a finite number of at least 0");
    }
}
