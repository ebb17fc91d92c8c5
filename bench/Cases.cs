namespace MLSeqGraph.Bench;

/// <summary>One measured piece of work.</summary>
internal interface ICase : IDisposable
{
    /// <summary>Everything that is not measured.</summary>
    void Setup(int threads);

    /// <summary>The work.</summary>
    void Run();

    /// <summary>What a run gets done, by what it is counted in; read after a run.</summary>
    IReadOnlyDictionary<string, double> Work => new Dictionary<string, double>();
}

/// <summary>All cases by name. Those that PyTorch does too have the same names and shapes in peer.py.</summary>
internal static class Cases
{
    internal static IReadOnlyDictionary<string, Func<ICase>> All { get; } = new Dictionary<string, Func<ICase>>
    {
        ["lstm_train"] = () => new RecurrentCase("LSTM", 64, 100, 64, 128, train: true),
        ["lstm_infer"] = () => new RecurrentCase("LSTM", 64, 100, 64, 128, train: false),
        ["lstm_small_train"] = () => new RecurrentCase("LSTM", 32, 50, 16, 32, train: true),
        ["gru_train"] = () => new RecurrentCase("GRU", 64, 100, 64, 128, train: true),
        ["rnn_train"] = () => new RecurrentCase("RNN", 64, 100, 64, 128, train: true),
        ["char_lm_train"] = () => new LanguageModelCase(32, 128, 65, 256),
        ["transformer_train"] = () => new TransformerCase(32, 128, 256, 4, 1024, 2, train: true),
        ["transformer_infer"] = () => new TransformerCase(32, 128, 256, 4, 1024, 2, train: false),
        ["score_20000_rows"] = () => new ScoringCase(20_000, 50, 16, 32, stock: false),
        ["gcn_cora_train"] = () => new GraphCase("gcn", 2708, 10_556, 1433, 16, 7),
        ["gcn_cora_sparse_train"] = () => new GraphCase("gcn", 2708, 10_556, 1433, 16, 7, featuresOfNode: 18),
        ["gat_cora_train"] = () => new GraphCase("gat", 2708, 10_556, 1433, 8, 7),
        ["gcn_large_train"] = () => new GraphCase("gcn", 100_000, 1_000_000, 64, 64, 16),
        ["gcn_million_train"] = () => new GraphCase("gcn", 1_000_000, 10_000_000, 64, 64, 16),
        ["sage_sampled_train"] = () => new SampledCase(100_000, 1_000_000, 64, 128, trained: 10_240, batch: 1024, fanOuts: [10, 10]),
        ["sage_million_sampled_train"] = () => new SampledCase(1_000_000, 10_000_000, 64, 128, trained: 102_400, batch: 1024, fanOuts: [10, 10]),
        ["decode_1"] = () => new DecodingCase(1, 256, 256, 4, hasCache: true),
        ["decode_1_recomputed"] = () => new DecodingCase(1, 256, 256, 4, hasCache: false),
        ["decode_32"] = () => new DecodingCase(32, 256, 256, 4, hasCache: true),
        ["decode_32_recomputed"] = () => new DecodingCase(32, 256, 256, 4, hasCache: false),
        ["sum_neighbours"] = () => new NeighborSumCase(100_000, 1_000_000, 64),
    };

    /// <summary>Cases that run only where they are asked for: they take minutes and gigabytes.</summary>
    internal static IReadOnlySet<string> OnDemand { get; } = new HashSet<string> { "gcn_million_train", "sage_million_sampled_train", "decode_32_recomputed" };

    /// <summary>Peers that run in this process: stock ML.NET doing the case of the same name.</summary>
    internal static IReadOnlyDictionary<string, Func<ICase>> StockPeers { get; } = new Dictionary<string, Func<ICase>>
    {
        ["score_20000_rows"] = () => new ScoringCase(20_000, 50, 16, 32, stock: true),
    };
}
