namespace MLSeqGraph.Bench.Peer;

/// <summary>The cases that libtorch does too, each in one or several formulations that compute the same; the fastest is measured.</summary>
internal static class Peers
{
    /// <summary>The formulations of a case; none where libtorch has no counterpart.</summary>
    internal static IReadOnlyDictionary<string, Func<Work>> Of(CaseShape shape) => shape switch
    {
        RecurrentShape s => WithOrWithoutOneDnn(s.Kind == "LSTM", oneDnn => RecurrentPeers.Classifier(s, oneDnn)),
        LanguageModelShape s => WithOrWithoutOneDnn(true, oneDnn => RecurrentPeers.LanguageModel(s, oneDnn)),
        TransformerShape { Train: true } s => One("attention", () => EncoderLayer.Classifier(s, fused: false)),
        TransformerShape s => new Dictionary<string, Func<Work>>
        {
            ["attention"] = () => EncoderLayer.Classifier(s, fused: false),
            ["layer"] = () => EncoderLayer.Classifier(s, fused: true),
        },
        PretrainedShape { Train: true } s => new Dictionary<string, Func<Work>>
        {
            ["all vectors"] = () => new PretrainedTraining(s, byRows: false),
            ["vectors by rows"] = () => new PretrainedTraining(s, byRows: true),
        },
        PretrainedShape s => new Dictionary<string, Func<Work>>
        {
            ["attention"] = () => PretrainedPeer.Scores(s, fused: false),
            ["layer"] = () => PretrainedPeer.Scores(s, fused: true),
        },
        GraphShape { Kind: "gcn" } s => CsrOrBags(name => GraphPeers.Gcn(s, name)),
        GraphShape s => new Dictionary<string, Func<Work>>
        {
            ["scatter"] = () => AttentionPeer.Classifier(s, "scatter"),
            ["lists"] = () => AttentionPeer.Classifier(s, "lists"),
        },
        NeighborSumShape s => CsrOrBags(name => GraphPeers.NeighborSum(s, name)),
        AttentionShape s => new Dictionary<string, Func<Work>>
        {
            ["fused"] = () => new ScaledDotProductPeer(s, fused: true),
            ["products"] = () => new ScaledDotProductPeer(s, fused: false),
        },
        CtcShape s => One("log-softmax and loss", () => new CtcPeer(s)),
        DecodingShape s => One(s.HasCache ? "cache" : "whole", () => new DecodingPeer(s)),
        SampledShape s => One("bag", () => new SampledPeer(s)),
        _ => new Dictionary<string, Func<Work>>(),
    };

    private static Dictionary<string, Func<Work>> One(string name, Func<Work> make) => new() { [name] = make };

    private static Dictionary<string, Func<Work>> CsrOrBags(Func<string, Work> make) =>
        new() { ["csr"] = () => make("csr"), ["bag"] = () => make("bag") };

    // libtorch gives LSTMs alone to oneDNN.
    private static Dictionary<string, Func<Work>> WithOrWithoutOneDnn(bool isLstm, Func<bool, Work> make)
    {
        var formulations = new Dictionary<string, Func<Work>> { [isLstm ? "oneDNN" : "own loop"] = () => make(true) };
        if (isLstm && OneDnn.CanSwitch)
            formulations["own loop"] = () => make(false);
        return formulations;
    }
}
