using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The mean of what some networks forecast. Each is trained for itself: the loss is the mean of theirs.</summary>
internal sealed record MeanNetwork(IReadOnlyList<ForecastNetwork> Networks) : ForecastNetwork
{
    public override string Name => $"mean of {string.Join(", ", Networks.Select(network => network.Name))}";

    internal override bool ForecastsValues => Networks.Any(network => network.ForecastsValues);

    internal override int LeastWindow => Networks.Max(network => network.LeastWindow);

    public override Value Forecast(ForecastInput input)
    {
        for (var i = 0; i < Networks.Count; i++)
            using (input.Network.Scope($"network_{i}"))
                if (Networks[i] is MeanNetwork)
                    Networks[i].Forecast(input);
                else
                    input.Members.Add(Networks[i].Forecast(input));
        return input.Members.Aggregate((sum, y) => sum + y) * (1f / input.Members.Count);
    }
}
