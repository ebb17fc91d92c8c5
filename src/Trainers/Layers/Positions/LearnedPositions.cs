using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>Trained vectors of positions (Gehring et al. 2017; Devlin et al. 2019).</summary>
    /// <param name="network">The network.</param>
    /// <param name="positions">
    /// Distinct positions, [time] Int64, from 0 to below <paramref name="count"/>; running the model with others fails.
    /// </param>
    /// <param name="count">The number of positions.</param>
    /// <param name="hidden">Size of the vectors.</param>
    /// <param name="name">Scope of the parameter <c>table</c> [count, hidden].</param>
    /// <returns>[time, hidden].</returns>
    public static Value LearnedPositions(this NetworkBuilder network, Value positions, int count, int hidden, string name = "positions")
    {
        using (network.Scope(name))
            return Op.TakeRows(network.Parameter("table", [count, hidden], Initializers.Normal(0.02f), decays: false), positions);
    }
}
