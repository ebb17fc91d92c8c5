using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Which naive forecast.</summary>
internal enum NaiveKind
{
    Last,
    Season,
    Drift,
}

/// <summary>A forecast that nothing has to be learned for, but the spread where the loss has one.</summary>
internal sealed record NaiveNetwork(NaiveKind Kind, int Season = 1) : ForecastNetwork
{
    public override string Name => Kind switch
    {
        NaiveKind.Last => "naive",
        NaiveKind.Season => "seasonal naive",
        _ => "drift",
    };

    internal override bool ForecastsValues => true;

    internal override int LeastWindow => Kind == NaiveKind.Drift ? 2 : Season;

    public override Value Forecast(ForecastInput input)
    {
        var (x, window, graph) = (input.Targets, input.Window, input.Network.Graph);                         // [batch, targets, window]
        var last = Op.Slice(x, 2, -1);
        long[] before = [.. Enumerable.Range(0, input.Horizon).Select(step => (long)window - Season + step % Season)];
        var ahead = graph.Vector([.. Enumerable.Range(1, input.Horizon).Select(step => (float)step)]);
        var point = Kind switch
        {
            NaiveKind.Season => Op.Gather(x, graph.Vector(before), 2),
            NaiveKind.Drift => last + (last - Op.Slice(x, 2, 0, 1)) / (float)(window - 1) * ahead,
            _ => last + ahead * 0f,
        };
        return input.WithSpread(point);
    }
}

/// <summary>The mean of what some networks forecast.</summary>
internal sealed record MeanNetwork(IReadOnlyList<ForecastNetwork> Networks) : ForecastNetwork
{
    public override string Name => $"mean of {string.Join(", ", Networks.Select(network => network.Name))}";

    internal override bool ForecastsValues => Networks.Any(network => network.ForecastsValues);

    internal override int LeastWindow => Networks.Max(network => network.LeastWindow);

    public override Value Forecast(ForecastInput input)
    {
        Value? sum = null;
        for (var i = 0; i < Networks.Count; i++)
            using (input.Network.Scope($"network_{i}"))
                sum = Networks[i].Forecast(input) is var y && sum is not null ? sum + y : y;
        return sum! * (1f / Networks.Count);
    }
}
