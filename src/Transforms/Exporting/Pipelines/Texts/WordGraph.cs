using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The tokenizer of words as a graph: a regular expression finds words and marks, a table gives their ids.</summary>
internal static class WordGraph
{
    /// <summary>The ids of texts: [batch] → [batch, n].</summary>
    internal static Value Ids(Value texts, WordTokenizer tokenizer, string name)
    {
        var words = TokenizerGraph.WithEmpty(Op.FindAll(texts, WordTokenizer.Expression, $"{name}/words"));
        if (!tokenizer.Lowercase)
            return TokenizerGraph.Numbers(words, tokenizer.Vocabulary);
        // What differs by case alone has one id: it is asked for once for each word.
        Dim all = $"{name}/all_words", different = $"{name}/different_words";
        var flat = Graph.Emit("Reshape", [words, words.Graph.Vector(-1L)]).AddOutput(ElementType.String, [all]);
        var (distinct, places) = Op.Distinct(flat, different);
        var ids = Op.Gather(TokenizerGraph.Numbers(Lowered(distinct, tokenizer.Vocabulary, name), tokenizer.Vocabulary, true), places);
        return Graph.Emit("Reshape", [ids, Op.ShapeOf(words)]).AddOutput(ElementType.Int64, words.Shape);
    }

    // Words in lower case, as far as the vocabulary has them. Longer ones are cut behind its longest, so they are still unknown.
    private static Value Lowered(Value words, Vocabulary vocabulary, string name)
    {
        var known = vocabulary.Tokens.Skip(vocabulary.SpecialCount).ToArray();
        var used = known.SelectMany(word => word.EnumerateRunes()).ToHashSet();
        var (upper, lower) = Pairs(used);
        var width = known.Select(word => word.EnumerateRunes().Count()).DefaultIfEmpty().Max() + 1;
        var (graph, empties) = (words.Graph, Enumerable.Repeat("", width).ToArray());
        var letters = Op.CharactersOf(words, $"{name}/letters");
        letters = Op.Concat(1, letters, Op.Expand(graph.Constant(TensorData.Create(empties, 1, width)), [words.Shape[0], width],
            Op.SizesOf([words.Shape[0], width], words)));
        letters = Op.SliceAt(letters, 1, graph.Vector(0L), graph.Vector((long)width), [words.Shape[0], width]);
        if (upper.Length > 0)
        {
            var small = Op.TextOf(letters, upper, lower, "");
            letters = Op.Where(Op.Equal(small, graph.Scalar("")), letters, small);
        }
        // Joined again: neighbors, neighbors of those, …
        for (long left = width; left > 1; left = (left + 1) / 2)
        {
            Value Every(long first, long count) => Graph.Emit("Slice", [letters, graph.Vector(first), graph.Vector(left), graph.Vector(1L),
                graph.Vector(2L)]).AddOutput(ElementType.String, [words.Shape[0], count]);
            var (even, odd) = (Every(0, (left + 1) / 2), Every(1, left / 2));
            letters = Op.JoinTexts(even, left % 2 == 0 ? odd : TokenizerGraph.WithEmpty(odd));
        }
        return Op.Squeeze(letters, 1);
    }

    // Characters that become one of those used.
    private static (string[] Upper, string[] Lower) Pairs(HashSet<Rune> used)
    {
        List<(string, string)> pairs = [];
        for (var code = 0; code <= 0x10FFFF; code++)
            if (Rune.IsValid(code) && new Rune(code).ToString() is var text && text.ToLowerInvariant() is var lower && lower != text
                && used.Contains(lower.EnumerateRunes().First()))
                pairs.Add((text, lower));
        return ([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]);
    }
}
