using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a continuous-filter convolution.</summary>
public sealed record ContinuousFilterOptions
{
    /// <summary>Features of the filters; null, the default, for as many as the result has.</summary>
    public int? Filters { get; init; }

    /// <summary>Number of Gaussians that a distance is expanded in, from 0 to <see cref="Cutoff"/>; at least 2, 50 by default.</summary>
    public int Gaussians { get; init; } = 50;

    /// <summary>The distance from which on a neighbor has no effect, in the unit of the distances. 10 by default.</summary>
    public float Cutoff { get; init; } = 10;
}

public static partial class Layers
{
    /// <summary>
    /// A continuous-filter convolution (Schütt et al. 2017, "SchNet", section 4): y = W₂ Σ (W₁ xⱼ) ⊙ f(d) + b over edges j to
    /// i of length d, with a filter f that a perceptron with shifted softplus makes of the length, expanded in Gaussians
    /// exp(-(d - μ)² / 2Δ²) at places μ that are Δ apart; f goes to 0 at the cutoff c by ½ (cos(π d / c) + 1).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; their weights multiply the messages.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="distances">The length of each edge, [edges, 1], which nothing may have scaled.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="options">Filters, Gaussians and cutoff; null for the defaults.</param>
    /// <param name="name">Scope of the linear layers <c>input</c>, <c>filter_hidden</c>, <c>filter</c> and <c>output</c>.</param>
    /// <returns>[targets, channels], without activation.</returns>
    /// <exception cref="GraphException">The distances have another shape.</exception>
    /// <exception cref="ArgumentException">There are fewer than 2 Gaussians, or the cutoff isn't above 0.</exception>
    public static Value ContinuousFilter(this NetworkBuilder network, GraphEdges edges, Value x, Value distances, int channels,
        ContinuousFilterOptions? options = null, string name = "continuous_filter")
    {
        options ??= new();
        if (options.Gaussians < 2 || !(options.Cutoff > 0))
            throw new ArgumentException("ContinuousFilter: expected at least 2 Gaussians and a cutoff above 0; "
                + $"got {options.Gaussians} and {options.Cutoff}.", nameof(options));
        if (!distances.Shape.Equals([edges.Count, 1]))
            throw new GraphException($"ContinuousFilter: expected distances [{edges.Count}, 1]; got {distances}.");
        var filters = options.Filters ?? channels;
        using (network.Scope(name))
        {
            var hidden = network.Linear(Gaussians(distances, options), filters, name: "filter_hidden");
            var filter = network.Linear(ShiftedSoftplus(hidden), filters, name: "filter") * Within(distances, options.Cutoff);
            var messages = filter * edges.Sources(network.Linear(x, filters, bias: false, name: "input"));  // [edges, filters]
            return network.Linear(edges.SumOfMessages(messages), channels, name: "output");
        }
    }

    /// <summary>ln(½ eˣ + ½): a softplus that is 0 at 0 (Schütt et al. 2017).</summary>
    /// <param name="x">Any shape.</param>
    public static Value ShiftedSoftplus(Value x) => Op.Softplus(x) - Math.Log(2);

    // [edges, 1] → [edges, Gaussians]
    private static Value Gaussians(Value distances, ContinuousFilterOptions options)
    {
        var apart = (double)options.Cutoff / (options.Gaussians - 1);
        var places = TensorData.Create([.. Enumerable.Range(0, options.Gaussians).Select(i => (float)(i * apart))], 1, options.Gaussians);
        var difference = distances - Op.Cast(distances.Graph.Constant(places), distances.Type);
        return Op.Exp(difference * difference * (-0.5 / (apart * apart)));
    }

    private static Value Within(Value distances, double cutoff) =>
        (Op.Cos(Op.Min(distances, distances.Number(cutoff)) * (Math.PI / cutoff)) + 1.0) * 0.5;
}
