using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

internal sealed partial class TripleNetwork
{
    /// <summary>The vectors of entities and the numbers added to their scores, in a network that is being written.</summary>
    private sealed class EntityVectors
    {
        private readonly TripleNetwork _of;
        private readonly NetworkBuilder _network;
        private readonly Value? _whole;
        private readonly bool _isGiven;

        /// <param name="of">What is written.</param>
        /// <param name="network">The network.</param>
        /// <param name="given">The final vectors [entities, width]; null to make them of parameters.</param>
        internal EntityVectors(TripleNetwork of, NetworkBuilder network, float[]? given = null)
        {
            (_of, _network, _isGiven) = (of, network, given is not null);
            _whole = given is not null
                ? network.Graph.Constant(TensorData.Create(given, of.EntityCount, of.Settings.Width), "embeddings")
                : of.Settings.Encoder is not null ? of.Encoded(network) : of.Settings.ComparesAll ? of.Parameter(network) : null;
        }

        /// <summary>The vectors of some entities, [.., width].</summary>
        internal Value Rows(Value ids) => _isGiven || (_whole is not null && _of.Settings.Encoder is not null) ? Op.Gather(_whole!, ids)
            : _network.Lookup(Table, _of.EntityCount, _of.Settings.Width, ids, _of.Initial);

        /// <summary>The vectors of all that can be an answer, [answers, width].</summary>
        internal Value Candidates(bool isTail) => Range(_whole ?? _of.Parameter(_network), isTail);

        /// <summary>The numbers of some entities, in the shape of their ids.</summary>
        internal Value Bias(Value ids) => Op.Squeeze(_network.Lookup(Biases, _of.EntityCount, 1, ids, Initializers.Zeros), ids.Shape.Rank);

        /// <summary>The numbers of all that can be an answer, [1, answers].</summary>
        internal Value CandidateBiases(bool isTail) =>
            Op.Transpose(Range(_network.Parameter(Biases, [_of.EntityCount, 1], Initializers.Zeros, decays: false), isTail), 1, 0);

        private Value Range(Value all, bool isTail) => _of.FirstTail == 0 ? all
            : isTail ? Op.Slice(all, 0, _of.FirstTail, _of.EntityCount) : Op.Slice(all, 0, 0, _of.FirstTail);
    }

    private Initializer Initial => settings.InitialDeviation is { } deviation ? Initializers.Normal(deviation)
        : Initializers.Uniform(settings.Decoder.IsDistance() ? (settings.Margin + 2) / settings.Width : 1 / MathF.Sqrt(settings.Width));

    private Value Parameter(NetworkBuilder network) => network.Parameter(Table, [entities, settings.Width], Initial, decays: false);

    /// <summary>The vectors that the encoder makes of the entities' parameters and features, [entities, width].</summary>
    private Value Encoded(NetworkBuilder network)
    {
        var x = Parameter(network);
        if (features is not null)
            x = x + network.Linear(FeaturesOf(network, features), settings.Width, bias: false, name: "features");
        var edges = GraphEdges.Input(network, entities);
        var input = new GraphInput(network, x, edges)
        {
            Relations = graph!.EdgeRelations is null ? null : network.Input("edge_type", ElementType.Int64, [edges.Count]),
            RelationCount = graph.EdgeRelations is null ? 0 : graph.RelationCount,
        };
        var encoded = settings.Encoder!.Write(input, settings.Width);
        return encoded.Shape.Equals([entities, settings.Width]) ? encoded
            : throw new GraphException($"The network '{settings.Encoder.Name}' gave {encoded}; expected [{entities}, {settings.Width}].");
    }

    /// <summary>Feeds what an encoder reads.</summary>
    /// <param name="reads">Whether the network has an input of a name.</param>
    internal Action<IInputFeed> GraphFeed(Func<string, bool> reads) =>
        graph is null ? _ => { } : new GraphTensors(reads, features, graph).FeedTo;

    private static Value FeaturesOf(NetworkBuilder network, Transforms.FeatureMatrix features) => features.IsSparse
        ? network.SparseInput(GraphNetworkModel.Features, features.RowCount, features.ColumnCount)
        : network.Input(GraphNetworkModel.Features, ElementType.Float, [features.RowCount, features.ColumnCount]);
}
