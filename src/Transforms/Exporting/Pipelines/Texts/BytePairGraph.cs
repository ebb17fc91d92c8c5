using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Byte-pair encoding as a graph: characters, pieces of them, their bytes, and a loop that merges pairs.</summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="name">Of the column, for names of sizes.</param>
internal sealed class BytePairGraph(BytePairTokenizer tokenizer, string name)
{
    private const int Space = 0, Letter = 1, Number = 2, Other = 3, None = -1, BytesOfCharacter = 4;

    /// <summary>The ids of texts: [batch] → [batch, n].</summary>
    internal Value Ids(Value texts)
    {
        var rows = TokenizerGraph.WithEmpty(Op.CharactersOf(texts, $"{name}/characters"));  // an empty text between any two rows
        var width = Op.SizeOf(rows, 1);
        var flat = Graph.Emit("Reshape", [rows, rows.Graph.Vector(-1L)]).AddOutput(ElementType.String, [$"{name}/all_characters"]);
        var (distinct, places) = Op.Distinct(flat, $"{name}/different_characters");
        var characters = new Characters(distinct, places);
        var starts = Pieces(characters);
        var first = Op.NonZero(Op.Greater(starts, starts.Number(0)), $"{name}/pieces");     // [pieces], the place of each one's first
        var (tokens, pieces) = Bytes(characters, Op.CumSum(starts, 0) - 1);
        if (tokenizer.Merges.Count > 0)
            (tokens, pieces) = new PairMerges(tokenizer, name).Merge(tokens, pieces, Op.SizeOf(first, 0));
        return Rows(tokens, Op.Gather(first, pieces) / width, Op.SizeOf(texts, 0), texts.Shape[0]);
    }

    // 1 where a piece starts, as BytePieces.Split cuts texts. Empty texts between rows are pieces of their own, without bytes.
    private Value Pieces(Characters characters)
    {
        var (graph, kind) = (characters.Kind.Graph, characters.Kind);
        var kindBefore = Before(kind, graph.Vector((long)None));
        var kindAfter = Op.Concat(0, Op.Slice(kind, 0, 1), graph.Vector((long)None));
        // The last space before what isn't white space belongs to that.
        var leads = Op.And(characters.IsBlank, Op.Greater(kindAfter, graph.Scalar((long)Space)));
        var isFirst = Op.Not(Op.Or(Op.Equal(kind, kindBefore), Before(leads, graph.Vector(false))));
        var starts = Op.Cast(Op.Or(Op.Or(leads, isFirst), Op.Less(kind, graph.Scalar((long)Space))), ElementType.Int64);
        // Long pieces are cut where they have reached their limit: in each turn up to the first character in which that lies.
        var (units, limit, zero) = (characters.Units, graph.Scalar((long)BytePieces.LongestPiece), graph.Scalar(0L));
        var before = Op.CumSum(units, 0, exclusive: true);
        var most = Op.ReduceSum(units, keepDims: false) / limit;
        var (states, _) = Op.Loop(most, [starts], $"{name}/cuts", (_, states) =>
        {
            var first = Op.NonZero(Op.Greater(states[0], zero), $"{name}/uncut_pieces");
            var piece = Op.CumSum(states[0], 0) - 1;
            Value InPiece(Value sums) => sums - Op.Gather(Op.Gather(sums, first), piece);
            var place = Op.Mod(InPiece(before), limit);
            var lies = Op.Cast(Op.Greater(place + units, limit), ElementType.Int64);
            var lieBefore = InPiece(Op.CumSum(lies, 0, exclusive: true));
            var isAt = Op.And(Op.Equal(place, zero), Op.Equal(lieBefore, zero));
            var isBehind = Op.And(Op.Greater(Before(lies, graph.Vector(0L)), zero), Op.Equal(lieBefore, graph.Scalar(1L)));
            var cuts = Op.Cast(Op.And(Op.Or(isAt, isBehind), Op.Equal(states[0], zero)), ElementType.Int64);
            return (Op.Greater(Op.ReduceSum(cuts, keepDims: false), zero), [states[0] + cuts], []);
        });
        return states[0];
    }

    // The tokens of all bytes, and the piece of each.
    private (Value Tokens, Value Pieces) Bytes(Characters characters, Value pieceOfCharacter)
    {
        var (graph, u) = (characters.Kind.Graph, characters.Distinct);
        var number = Op.BytesOf(u, characters.DistinctLengths);
        var idOfByte = graph.Vector([.. Enumerable.Range(0, 256).Select(value => tokenizer.IdOf((byte)value) + 1L)]);
        var powers = graph.Vector([.. Enumerable.Range(0, BytesOfCharacter).Select(i => 1L << (8 * i))]);
        var ids = Op.Gather(idOfByte, Op.Mod(Op.Unsqueeze(number, 1) / powers, graph.Scalar(256L)));                // [u, 4]
        var exists = Op.Less(graph.Vector(0L, 1, 2, 3), Op.Unsqueeze(characters.Lengths, 1));                      // [places, 4]
        Value Flat(Value x) => Graph.Emit("Reshape", [x, graph.Vector(-1L)]).AddOutput(x.Type, [$"{name}/slots"]);
        var slots = Op.NonZero(Flat(exists), $"{name}/bytes");
        return (Op.Gather(Flat(Op.Gather(ids, characters.Places)), slots),
            Op.Gather(pieceOfCharacter, slots / graph.Scalar((long)BytesOfCharacter)));
    }

    // [tokens] and the row of each → [batch, time], 0 behind the last.
    private Value Rows(Value tokens, Value row, Value batch, Dim rows)
    {
        var graph = tokens.Graph;
        Value Zeros(Value sizes, Shape shape) => Op.Single("ConstantOfShape", ElementType.Int64, shape, [sizes],
            ("value", TensorData.Vector(0L)));
        var counts = Op.ScatterElements(Zeros(batch, [rows]), row, row * graph.Scalar(0L) + 1, 0, add: true);
        var place = Op.Range(Op.SizeOf(row, 0), row.Shape[0]) - Op.Gather(Op.CumSum(counts, 0, exclusive: true), row);
        var longest = Op.Max(Op.ReduceMax(counts, [0]), graph.Vector(1L));
        var flat = Op.ScatterElements(Zeros(batch * longest, [$"{name}/row_places"]), row * longest + place, tokens, 0);
        return Graph.Emit("Reshape", [flat, Op.Concat(0, batch, longest)]).AddOutput(ElementType.Int64, [rows, $"{name}/longest"]);
    }

    internal static Value Before(Value x, Value first) => Op.Renamed(Op.Concat(0, first, Op.Slice(x, 0, 0, -1)), x.Shape);

    // What is known of each different character, and, by its place, of each one.
    private sealed class Characters
    {
        internal Characters(Value distinct, Value places)
        {
            (Distinct, Places) = (distinct, places);
            Value Is(string expression) => Op.Cast(Op.IsMatch(distinct, expression), ElementType.Int64);
            Value Above(int code) => Is($"[\\x{{{code:X}}}-\\x{{10FFFF}}]");
            var graph = distinct.Graph;
            var (any, isLong) = (Is("(?s:.)"), Above(0x10000));
            DistinctLengths = any + Above(0x80) + Above(0x800) + isLong;
            var kind = any * graph.Scalar(4L) - 1 - Is(CharacterClass.Of(Rune.IsWhiteSpace)) * graph.Scalar((long)Other)
                - Is(CharacterClass.Of(BytePieces.IsLetterOrMark)) * graph.Scalar((long)(Other - Letter))
                - Is(CharacterClass.Of(rune => Rune.IsNumber(rune) && !Rune.IsWhiteSpace(rune))) * graph.Scalar((long)(Other - Number));
            (Kind, Lengths, Units) = (Op.Gather(kind, places), Op.Gather(DistinctLengths, places), Op.Gather(any + isLong, places));
            IsBlank = Op.Gather(Op.Equal(distinct, graph.Scalar(" ")), places);
        }

        internal Value Distinct { get; }

        internal Value Places { get; }

        /// <summary>How many bytes each different one has.</summary>
        internal Value DistinctLengths { get; }

        internal Value Kind { get; }

        internal Value IsBlank { get; }

        /// <summary>How many bytes each has.</summary>
        internal Value Lengths { get; }

        /// <summary>How many units of UTF-16 each has.</summary>
        internal Value Units { get; }
    }
}
