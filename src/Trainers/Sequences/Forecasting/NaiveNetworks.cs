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
