namespace MLSeqGraph.Bench;

/// <summary>The sizes of a measured case. Both sides are built from these, so that they do the same.</summary>
internal abstract record CaseShape;

/// <summary>A recurrent classifier of random sequences by its last state, to two classes.</summary>
internal sealed record RecurrentShape(string Kind, int Batch, int Steps, int Features, int Hidden, bool Train) : CaseShape;

/// <summary>An LSTM that predicts tokens: a training step.</summary>
internal sealed record LanguageModelShape(int Batch, int Steps, int Vocabulary, int Width) : CaseShape;

/// <summary>A Transformer encoder (normalized last, ReLU, no positions) that classifies sequences by their mean, to four classes.</summary>
internal sealed record TransformerShape(int Batch, int Steps, int Width, int Heads, int Inner, int Layers, bool Train) : CaseShape;

/// <summary>
/// all-MiniLM-L6-v2, a pre-trained Transformer of BERT's kind, as a classifier of sentences by the mean of their tokens, to six classes: a
/// training step of all weights, or scores. All sentences have all steps, so that the peer needs no mask; the model reads one.
/// </summary>
internal sealed record PretrainedShape(int Batch, int Steps, bool Train) : CaseShape
{
    internal const int Width = 384, Heads = 12, Inner = 1536, Layers = 6, Vocabulary = 30522, Positions = 512, TokenTypes = 2, Classes = 6;

    /// <summary>Ids of tokens, a sentence behind another: most words are rare, a few stand in every sentence.</summary>
    internal long[] Tokens()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Batch * Steps).Select(_ => (long)(1000 * Math.Pow(29.5, random.NextDouble())))];
    }
}

/// <summary>A classifier of clips, each frame of which is read by a ConvNet: a training step.</summary>
/// <param name="Batch">Number of clips.</param>
/// <param name="Frames">Frames of a clip.</param>
/// <param name="Side">Height and width of a frame in pixels.</param>
/// <param name="Channels">Channels of the first two convolutions; the other two have twice as many.</param>
/// <param name="Hidden">Units of the LSTM in each direction.</param>
internal sealed record ClipShape(int Batch, int Frames, int Side, int Channels, int Hidden) : CaseShape;

/// <summary>Scoring the rows of a data view with an LSTM.</summary>
internal sealed record ScoringShape(int Rows, int Steps, int Features, int Hidden) : CaseShape;

/// <summary>A training step of a two-layer node classifier over a whole random graph; a loop for each node is in the layers.</summary>
/// <param name="Kind">gcn or gat.</param>
/// <param name="Nodes">Number of nodes.</param>
/// <param name="Edges">Number of random edges.</param>
/// <param name="Features">Features of a node.</param>
/// <param name="Hidden">Features of a hidden layer, or of one of its 8 heads.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="FeaturesOfNode">How many features of a node are not 0, for the sparse path; 0 for all.</param>
internal sealed record GraphShape(
    string Kind, int Nodes, int Edges, int Features, int Hidden, int Classes, int FeaturesOfNode = 0) : CaseShape;

/// <summary>An epoch of two layers of GraphSAGE (means, 16 classes) on sampled neighbors.</summary>
/// <param name="Nodes">Number of nodes.</param>
/// <param name="Edges">Number of random edges.</param>
/// <param name="Features">Features of a node.</param>
/// <param name="Hidden">Features of the hidden layer.</param>
/// <param name="Trained">Nodes to train on.</param>
/// <param name="Batch">Nodes of a step.</param>
/// <param name="FanOut">Sampled neighbors of a node in each of the two layers.</param>
internal sealed record SampledShape(int Nodes, int Edges, int Features, int Hidden, int Trained, int Batch, int FanOut) : CaseShape;

/// <summary>Greedy decoding with a Transformer language model of 1000 tokens, rotary positions and tied output.</summary>
/// <param name="Batch">Sequences at once.</param>
/// <param name="Length">Tokens to write.</param>
/// <param name="Width">Features of a layer; a head has 64.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="HasCache">Whether keys and values are kept; otherwise the whole sequence is computed again for every token.</param>
internal sealed record DecodingShape(int Batch, int Length, int Width, int Layers, bool HasCache) : CaseShape;

/// <summary>The sum over every node's neighbors alone.</summary>
internal sealed record NeighborSumShape(int Nodes, int Edges, int Width) : CaseShape;

/// <summary>Attention of heads to all steps of their sequence, without masks, and its gradient.</summary>
internal sealed record AttentionShape(int Batch, int Heads, int Steps, int Width) : CaseShape;

/// <summary>The loss of labels without places (CTC) and its gradient.</summary>
/// <param name="Batch">Number of rows.</param>
/// <param name="Frames">Frames of a row.</param>
/// <param name="Classes">Number of classes, the blank, 0, among them.</param>
/// <param name="Labels">Labels of a row.</param>
internal sealed record CtcShape(int Batch, int Frames, int Classes, int Labels) : CaseShape
{
    /// <summary>Random labels, a row's behind another's.</summary>
    internal long[] Targets()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Batch * Labels).Select(_ => (long)random.Next(1, Classes))];
    }
}

/// <summary>An epoch of training on random triples of a knowledge graph.</summary>
/// <param name="Decoder">How vectors become scores.</param>
/// <param name="Entities">Number of entities.</param>
/// <param name="Triples">Number of triples.</param>
/// <param name="Width">Numbers of a vector.</param>
/// <param name="Negatives">Negative samples of a question.</param>
/// <param name="Group">Questions that share their negative samples.</param>
/// <param name="Batch">Triples of a step.</param>
internal sealed record TriplesShape(
    string Decoder, int Entities, int Triples, int Width, int Negatives, int Group, int Batch) : CaseShape;

/// <summary>One graph layer over random edges, ten for each node.</summary>
/// <param name="Layer">Its name among <c>GraphLayers.All</c>.</param>
/// <param name="Edges">Number of edges.</param>
/// <param name="Train">Whether a training step or the deployed layer.</param>
internal sealed record GraphLayerShape(string Layer, int Edges, bool Train) : CaseShape;

/// <summary>All cases by name.</summary>
internal static class CaseShapes
{
    internal static IReadOnlyDictionary<string, CaseShape> All { get; } = new Dictionary<string, CaseShape>
    {
        ["lstm_train"] = new RecurrentShape("LSTM", 64, 100, 64, 128, Train: true),
        ["lstm_infer"] = new RecurrentShape("LSTM", 64, 100, 64, 128, Train: false),
        ["lstm_small_train"] = new RecurrentShape("LSTM", 32, 50, 16, 32, Train: true),
        ["gru_train"] = new RecurrentShape("GRU", 64, 100, 64, 128, Train: true),
        ["rnn_train"] = new RecurrentShape("RNN", 64, 100, 64, 128, Train: true),
        ["char_lm_train"] = new LanguageModelShape(32, 128, 65, 256),
        ["transformer_train"] = new TransformerShape(32, 128, 256, 4, 1024, 2, Train: true),
        ["transformer_infer"] = new TransformerShape(32, 128, 256, 4, 1024, 2, Train: false),
        ["minilm_train"] = new PretrainedShape(32, 32, Train: true),
        ["minilm_infer"] = new PretrainedShape(32, 32, Train: false),
        ["clip_train"] = new ClipShape(32, 7, 14, 8, 48),
        ["attention"] = new AttentionShape(8, 4, 512, 64),
        ["ctc"] = new CtcShape(32, 200, 80, 25),
        ["score_20000_rows"] = new ScoringShape(20_000, 50, 16, 32),
        ["gcn_cora_train"] = new GraphShape("gcn", 2708, 10_556, 1433, 16, 7),
        ["gcn_cora_sparse_train"] = new GraphShape("gcn", 2708, 10_556, 1433, 16, 7, FeaturesOfNode: 18),
        ["gat_cora_train"] = new GraphShape("gat", 2708, 10_556, 1433, 8, 7),
        ["gcn_large_train"] = new GraphShape("gcn", 100_000, 1_000_000, 64, 64, 16),
        ["gcn_million_train"] = new GraphShape("gcn", 1_000_000, 10_000_000, 64, 64, 16),
        ["sage_sampled_train"] = new SampledShape(100_000, 1_000_000, 64, 128, Trained: 10_240, Batch: 1024, FanOut: 10),
        ["sage_million_sampled_train"] = new SampledShape(1_000_000, 10_000_000, 64, 128, Trained: 102_400, Batch: 1024, FanOut: 10),
        ["triples_train"] = new TriplesShape("ComplEx", 100_000, 81_920, 200, 32, 128, 8192),
        ["triples_transe_train"] = new TriplesShape("TransEL2", 100_000, 81_920, 200, 32, 128, 8192),
        ["decode_1"] = new DecodingShape(1, 256, 256, 4, HasCache: true),
        ["decode_1_recomputed"] = new DecodingShape(1, 256, 256, 4, HasCache: false),
        ["decode_32"] = new DecodingShape(32, 256, 256, 4, HasCache: true),
        ["decode_32_recomputed"] = new DecodingShape(32, 256, 256, 4, HasCache: false),
        ["sum_neighbours"] = new NeighborSumShape(100_000, 1_000_000, 64),
    };

    /// <summary>Cases that run only where they are asked for: they take minutes and gigabytes.</summary>
    internal static IReadOnlySet<string> OnDemand { get; } =
        new HashSet<string> { "gcn_million_train", "sage_million_sampled_train", "decode_32_recomputed" };
}
