using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One input of a sequence network: declares it in a graph, turns it into vectors, feeds it, and draws random samples.</summary>
/// <param name="column">What the column holds.</param>
/// <param name="scaling">Moments of the features, by which they are scaled to mean 0 and variance 1; null for no scaling.</param>
/// <param name="embeddingSize">Size of a token's or category's vector.</param>
/// <param name="extraTokens">Number of vectors to add after those of the vocabulary.</param>
internal sealed partial class SequenceInput(SequenceColumn column, Moments? scaling, int embeddingSize, int extraTokens = 0)
{
    internal SequenceColumn Column { get; } = column;

    /// <summary>Whether all sequences have the steps that the column's type says, in a deployed model too.</summary>
    internal bool FixesSteps { get; init; }

    /// <summary>The steps that all sequences have; null where they differ.</summary>
    internal int? FixedSteps => Column.Image?.Pixels ?? (FixesSteps ? Column.Steps : null);

    /// <summary>Whether token ids are handed to the network as they are.</summary>
    internal bool IsRaw { get; init; }

    /// <summary>Whether missing numbers, NaN, are handed to the network as they are.</summary>
    internal bool KeepsMissing { get; init; }

    /// <summary>The main input, whose tokens' vectors it shares; null for vectors of its own.</summary>
    internal SequenceInput? Main { get; init; }

    /// <summary>Moments of the features, like which samples are drawn where none scale them; null for standard normal ones.</summary>
    internal Moments? Drawn { get; init; }

    /// <summary>Moments by which features are scaled; null for no scaling.</summary>
    internal Moments? Scaling => scaling;

    private string Name => Column.InputName;

    private int ExtraTokens => extraTokens;

    // Size of a token's or category's vector.
    private int Size => Column.Start?.Size ?? embeddingSize;

    /// <summary>What the metadata says of it.</summary>
    internal ModelInput Info => Described(Column) with
    {
        Scaling = scaling is null ? null : ModelScaling.Of(scaling.Mean, scaling.Deviation),
    };

    /// <summary>The input of lengths; null where there are no steps, or where they match those of another input.</summary>
    private string? LengthsName => FixesSteps ? null : Described(Column).LengthsInput;

    // Whether a deployed model counts the steps of tokens itself.
    private bool CountsSteps => Described(Column).Padding is not null;

    // All sequences have all steps when the column's type fixes their number.
    private bool IsRagged => Column.Steps is null && LengthsName is not null;

    /// <summary>Declares the inputs of a training or evaluation graph.</summary>
    internal Sequence Declare(NetworkBuilder network) =>
        Read(network, DeclareItems(network), IsRagged ? network.Input(LengthsName!, ElementType.Int64, ["batch"]) : null);

    /// <summary>
    /// Declares the inputs of a graph whose lengths vary regardless of the column's type: for deployment, where tokens are counted up to
    /// the padding, and for checking it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="inRange">Receives which rows have lengths from 1 to the steps there are [batch], where a caller gives them.</param>
    internal Sequence DeclareRagged(NetworkBuilder network, List<Value> inRange) => DeclareRagged(network, "batch", inRange);

    private Sequence DeclareRagged(NetworkBuilder network, Dim rows, List<Value> inRange)
    {
        var steps = DeclareItems(network, rows);
        if (LengthsName is null)
            return Read(network, FixesSteps && network.Mode == NetworkMode.Deployment ? Sequence.WithRows(steps) : steps, null);
        if (network.Mode != NetworkMode.Deployment)
            return Read(network, steps, network.Input(LengthsName, ElementType.Int64, [rows]));
        if (CountsSteps)
        {
            steps = Sequence.WithRows(steps);
            return Read(network, steps, Sequence.LengthsOf(steps));
        }
        // Other lengths would be an error in one kind of network, and a wrong prediction in another.
        var given = Sequence.WithRows(network.Input(LengthsName, ElementType.Int64, [rows]));
        var lengths = Op.Max(Op.Min(given, Op.SizeOf(steps, 1)), network.Graph.Scalar(1L));
        inRange.Add(Op.Equal(given, lengths));
        return Read(network, steps, lengths);
    }

    /// <summary>
    /// Declares an input that becomes one vector per row, [rows, features]: a vector or category, or the mean over the steps of a series
    /// or of tokens.
    /// </summary>
    internal Value DeclareRows(NetworkBuilder network, Dim rows)
    {
        if (Column.Kind.IsRow())
            return Vectors(network, DeclareItems(network, rows));
        List<Value> inRange = [];
        return Known(DeclareRagged(network, rows, inRange).MeanPooling(), inRange);
    }

    /// <summary>NaN for the rows whose lengths are out of range, [rows, ..].</summary>
    internal static Value Known(Value value, List<Value> inRange) => inRange.Aggregate(value, (known, rows) =>
        Op.Where(Op.Unsqueeze(rows, [.. Enumerable.Range(1, value.Shape.Rank - 1)]), known, value.Number(float.NaN)));

    /// <summary>Feeds a batch to a session.</summary>
    internal void Feed(TrainingSession session, SequenceBatch batch) => batch.FeedTo(session, Name, IsRagged ? LengthsName : null);

    private static ModelInput Described(SequenceColumn column) => IsMain(column) ? ModelInput.Of(column) : ModelInput.OfSide(column);

    private static bool IsMain(SequenceColumn column) => column.InputName is ModelFormat.Tokens or ModelFormat.Features;

    private Value DeclareItems(NetworkBuilder network) => DeclareItems(network, "batch");

    private Value DeclareItems(NetworkBuilder network, Dim rows)
    {
        // Steps that match the main input's share its dimension; others have their own.
        Dim time = FixedSteps is { } steps ? steps : Column.MatchesSteps || IsMain(Column) ? "time" : $"{Name}_time";
        Shape items = Column.Kind.IsRow() ? [rows] : [rows, time];
        return Column.Kind.IsReal()
            ? network.Input(Name, ElementType.Float, items.Insert(items.Rank, Column.FeatureCount))
            : network.Input(Name, ElementType.Int64, items);
    }

    // A vector or category of a row becomes a sequence of one step.
    private Sequence Read(NetworkBuilder network, Value items, Value? lengths)
    {
        var present = Column.MayBeMissing ? Present(network, items) : null;
        if (IsRaw)
            return new(network, Op.Cast(Op.Unsqueeze(Op.Transpose(items, 1, 0), 2), ElementType.Float), lengths)
                { Tokens = items, TokenCount = Column.TokenCount };
        var x = Vectors(network, items);
        if (present is not null && Column.Kind.IsReal())
            x = Op.Where(Op.Unsqueeze(present, [.. Enumerable.Range(1, x.Shape.Rank - 1)]), x, x.Number(0f));
        return new(network, Column.Kind.IsRow() ? Op.Unsqueeze(x, 0) : Op.Transpose(x, 1, 0, 2), lengths)      // [time, batch, features]
        {
            Image = Column.Image, Present = present, Given = Column.Kind == SequenceKind.Real ? items : null,
        };
    }

    // Whether each row has the input, [rows] Bool: its first number isn't NaN, or an id is one of the vocabulary.
    private Value Present(NetworkBuilder network, Value items)
    {
        if (Column.Kind.IsReal())
        {
            var first = Enumerable.Range(1, items.Shape.Rank - 1).Aggregate(items, (x, axis) => Op.Slice(x, axis, 0, 1));
            first = Op.Reshape(first, [items.Shape[0]], first);
            return Op.Equal(first, first);
        }
        var known = Op.And(Op.Greater(items, network.Graph.Scalar(0L)), Op.Less(items, network.Graph.Scalar((long)Column.TokenCount)));
        return Column.Kind.IsRow() ? known
            : Op.Greater(Op.ReduceMax(Op.Cast(known, ElementType.Int64), [1], keepDims: false), network.Graph.Scalar(0L));
    }

    private Value Vectors(NetworkBuilder network, Value items)
    {
        if (!Column.Kind.IsReal())
            return Embedded(network, items);
        var x = scaling is null ? items : (items - network.Graph.Vector(scaling.Mean)) / network.Graph.Vector(scaling.Deviation);
        if (!Column.AllowsMissing || KeepsMissing)
            return x;
        var isThere = Op.Equal(items, items);
        return Op.Concat(x.Shape.Rank - 1, [Op.Where(isThere, x, x.Number(0f)), Op.Cast(isThere, ElementType.Float)]);
    }

    private Value Embedded(NetworkBuilder network, Value items)
    {
        if (IsMain(Column))
            return network.Embedding(items, Column.TokenCount + extraTokens, Size, "embedding", Column.Start);
        if (Main is not null)
            return network.Embedding(items, Main.Column.TokenCount + Main.ExtraTokens, Main.Size, "embedding", Main.Column.Start,
                isShared: true);
        var x = network.Embedding(items, Column.TokenCount, Size, SideInputs.ScopeOf(Name), Column.Start);
        // A vector for missing or unknown values can't be learned; zeros have no effect.
        return x * Op.Cast(Op.Unsqueeze(Op.Greater(items, network.Graph.Scalar(0L)), items.Shape.Rank), ElementType.Float);
    }
}
