using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

internal sealed partial class TripleNetwork
{
    /// <summary>The vectors of entities and the numbers added to their scores, in a network that is being written.</summary>
    private sealed class EntityVectors
    {
        private readonly TripleNetwork _of;
        private readonly NetworkBuilder _network;
        private readonly Value? _whole, _ofFeatures, _biasOfFeatures;
        private readonly bool _isGiven;

        /// <param name="of">What is written.</param>
        /// <param name="network">The network.</param>
        /// <param name="given">
        /// The final vectors [entities, width], beside final numbers among the parameters; null to make them of parameters.
        /// </param>
        internal EntityVectors(TripleNetwork of, NetworkBuilder network, float[]? given = null)
        {
            (_of, _network, _isGiven) = (of, network, given is not null);
            if (!_isGiven && of.AddsFeatures)
                (_ofFeatures, _biasOfFeatures) = of.OfFeatures(network);
            _whole = given is not null
                ? network.Graph.Constant(TensorData.Create(given, of.EntityCount, of.Settings.Width), "embeddings")
                : of.Settings.Encoder is not null ? of.Encoded(network)
                : of.Settings.ComparesAll ? Sum(of.Parameter(network), _ofFeatures) : null;
        }

        private static Value Sum(Value x, Value? more) => more is null ? x : x + more;

        // What is learned of entities one by one, and of some of them what their features add to it.
        private static Value Sum(Value x, Value? more, Value ids) => more is null ? x : x + Op.Gather(more, ids);

        /// <summary>The vectors of some entities, [.., width].</summary>
        internal Value Rows(Value ids) => _isGiven || (_whole is not null && _of.Settings.Encoder is not null) ? Op.Gather(_whole!, ids)
            : Sum(Own(ids), _ofFeatures, ids);

        /// <summary>The penalty of some entities' vectors: of what features add to them by itself.</summary>
        internal Value Penalty(Value ids, Value rows, Func<Value, Value> power) => _ofFeatures is null ? power(rows)
            : power(Own(ids)) + power(Op.Gather(_ofFeatures, ids));

        private Value Own(Value ids) => _network.Lookup(Table, _of.EntityCount, _of.Settings.Width, ids, _of.Initial);

        /// <summary>The vectors of all that can be an answer, [answers, width].</summary>
        internal Value Candidates(bool isTail) => Range(_whole ?? _of.Parameter(_network), isTail);

        /// <summary>The numbers of some entities, in the shape of their ids.</summary>
        internal Value Bias(Value ids) => Op.Squeeze(Sum(OwnBias(ids), _biasOfFeatures, ids), ids.Shape.Rank);

        private Value OwnBias(Value ids) => _network.Lookup(Biases, _of.EntityCount, 1, ids, Initializers.Zeros);

        /// <summary>The penalty of some entities' numbers, their squares.</summary>
        internal Value BiasPenalty(Value ids)
        {
            var own = OwnBias(ids);
            var squares = own * own;
            if (_biasOfFeatures is not null && Op.Gather(_biasOfFeatures, ids) is var more)
                squares += more * more;
            return Op.Squeeze(squares, ids.Shape.Rank);
        }

        /// <summary>The numbers of all that can be an answer, [1, answers].</summary>
        internal Value CandidateBiases(bool isTail) =>
            Op.Transpose(Range(Sum(_of.BiasParameter(_network), _biasOfFeatures), isTail), 1, 0);

        private Value Range(Value all, bool isTail) => _of.FirstTail == 0 ? all
            : isTail ? Op.Slice(all, 0, _of.FirstTail, _of.EntityCount) : Op.Slice(all, 0, 0, _of.FirstTail);
    }

    private Initializer Initial => settings.InitialDeviation is { } deviation ? Initializers.Normal(deviation)
        : Initializers.Uniform(settings.Decoder.IsDistance() ? (settings.Margin + 2) / settings.Width : 1 / MathF.Sqrt(settings.Width));

    private Value BiasParameter(NetworkBuilder network) =>
        network.Parameter(Biases, [entities, 1], Initializers.Zeros, decays: false);

    /// <summary>Whether features are added to learned vectors and numbers as they are, without an encoder that reads them.</summary>
    internal bool AddsFeatures => features is not null && settings.Encoder is null;

    // Sums over an entity's features of vectors, and of numbers, that each feature has: [entities, width] and [entities, 1].
    private (Value Vectors, Value? Biases) OfFeatures(NetworkBuilder network)
    {
        var x = FeaturesOf(network, features!);
        x = Scaling is null ? x : Scaling.Apply(network, x);
        return (network.Linear(x, settings.Width, bias: false, name: "features"),
            settings.HasBiases ? network.Linear(x, 1, bias: false, name: "feature_bias") : null);
    }

    /// <summary>The scaling of features that are added, that of the entities trained on; null where none are.</summary>
    private FeatureScaling? Scaling { get; init; } = features is null || settings.Encoder is not null ? null : FeatureScaling.Of(features);

    /// <summary>The network of more entities, which have features alone.</summary>
    internal TripleNetwork With(EntityFeatures more) => new(settings, more.All.EntityCount, more.All.FirstTail, relations, null, more.OfAll)
    {
        Unit = Unit, Range = Range, Scaling = Scaling,
        RecentTails = settings.RecentTails == 0 ? null : new(more.All, settings.RecentTails),
    };

    /// <summary>The parameters of a network of more entities: what is learned of each is zero for the others.</summary>
    internal static ParameterSet With(ParameterSet parameters, TripleTable trained, TripleTable all)
    {
        var more = new ParameterSet();
        foreach (var parameter in parameters.All)
            more.Add(new(parameter.Name, parameter.Name switch
            {
                Table or Biases => Rows(parameter.Value, all.EntityCount, trained.FirstTail, all.FirstTail),
                RecentTable => Rows(parameter.Value, all.Tails.Count, 0, 0),
                _ => parameter.Value,
            }, parameter.Decays, parameter.IsTrained));
        return more;

        static TensorData Rows(TensorData x, int count, int from, int to)
        {
            var width = (int)(x.Count / x.Sizes[0]);
            var (old, rows) = (x.As<float>(), new float[count * width]);
            old.AsSpan(0, from * width).CopyTo(rows);
            old.AsSpan(from * width).CopyTo(rows.AsSpan(to * width));
            return TensorData.Create(rows, count, width);
        }
    }

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
        graph is null && features is null ? _ => { } : new GraphTensors(reads, features, graph).FeedTo;

    private static Value FeaturesOf(NetworkBuilder network, FeatureMatrix features) => features.IsSparse
        ? network.SparseInput(GraphNetworkModel.Features, features.RowCount, features.ColumnCount)
        : network.Input(GraphNetworkModel.Features, ElementType.Float, [features.RowCount, features.ColumnCount]);
}
