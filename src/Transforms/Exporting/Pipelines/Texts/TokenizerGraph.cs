using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What a tokenizer of ours does with a column of texts, as a graph: from texts [batch] to ids [batch, time].</summary>
/// <remarks>
/// Operators of ONNX Runtime's own set take texts apart, which standard ones can't. They are in every build of it for the CPU, those for
/// Node and for browsers included.
/// </remarks>
internal static class TokenizerGraph
{
    /// <summary>Why a file can't do what the settings say; null where it can.</summary>
    internal static string? WhyNot(TokenizingSettings settings) =>
        settings.PairColumn is not null ? "pairs of texts aren't known to it"
        : settings.Tokenizer is WordPieceTokenizer ? "word pieces aren't known to it"
        : null;

    /// <summary>The ids of texts: known ones from 1, 0 behind the last of a shorter text.</summary>
    /// <param name="texts">[batch]</param>
    /// <param name="settings">How texts become tokens.</param>
    /// <param name="name">Of the column, for names of sizes.</param>
    internal static Value Ids(Value texts, TokenizingSettings settings, string name)
    {
        var ids = settings.Tokenizer switch
        {
            CharacterTokenizer characters => Numbers(WithEmpty(Op.CharactersOf(texts, $"{name}/characters")), characters.Vocabulary),
            WordTokenizer words => WordGraph.Ids(texts, words, name),
            BytePairTokenizer pairs => new BytePairGraph(pairs, name).Ids(texts),
            var other => throw new NotSupportedException($"Tokenizers of kind {other.Kind} aren't known to files."),
        };
        return Finished(ids, settings, name);
    }

    /// <summary>The id of each token; 0 of empty ones.</summary>
    /// <param name="tokens">Texts.</param>
    /// <param name="vocabulary">The known ones.</param>
    /// <param name="lowercase">Whether those in capitals can't occur.</param>
    internal static Value Numbers(Value tokens, Vocabulary vocabulary, bool lowercase = false)
    {
        // No text is a special token.
        var known = Enumerable.Range(vocabulary.SpecialCount, vocabulary.Count - vocabulary.SpecialCount)
            .Where(id => !lowercase || vocabulary[id].ToLowerInvariant() == vocabulary[id]).ToArray();
        return Op.NumberOf(tokens, [.. known.Select(id => vocabulary[id]), ""], [.. known.Select(id => id + 1L), 0L],
            vocabulary.UnknownId + 1L ?? ModelInput.UnknownToken);
    }

    /// <summary>Rows with an empty text behind each, so that there is one at least: [batch, n] → [batch, n + 1].</summary>
    internal static Value WithEmpty(Value texts)
    {
        var empty = texts.Graph.Constant(TensorData.Create([""], 1, 1));
        return Op.Concat(1, texts, Op.Expand(empty, [texts.Shape[0], 1], Op.SizesOf([texts.Shape[0], 1], texts)));
    }

    // Begin and end tokens, the longest that is allowed; cut to the longest of the rows.
    private static Value Finished(Value ids, TokenizingSettings settings, string name)
    {
        var (graph, vocabulary, zero) = (ids.Graph, settings.Tokenizer.Vocabulary, ids.Graph.Scalar(0L));
        var added = (settings.AddBeginToken ? 1 : 0) + (settings.AddEndToken ? 1 : 0);
        var count = Op.ReduceSum(Op.Cast(Op.Not(Op.Equal(ids, zero)), ElementType.Int64), [1]);             // [batch, 1]
        if (settings.MaximumLength is { } most)
            count = settings.Truncates ? Op.Min(count, graph.Scalar((long)most - added))
                : count + LimitedTo(most - added, count);
        Dim batch = ids.Shape[0], places = $"{name}/places";
        ids = Op.Renamed(Op.Concat(1, ids, Op.Filled(0L, [batch, 1], ids)), [batch, places]);
        var place = Op.Unsqueeze(Op.Range(Op.SizeOf(ids, 1), places), 0);
        ids = Op.Where(Op.Less(place, count), ids, settings.AddEndToken
            ? Op.Where(Op.Equal(place, count), graph.Scalar(vocabulary.EndId!.Value + 1L), zero) : zero);
        if (settings.AddBeginToken)
            ids = Op.Concat(1, Op.Expand(graph.Constant(TensorData.Create([vocabulary.BeginId!.Value + 1L], 1, 1)), [batch, 1],
                Op.SizesOf([batch, 1], ids)), ids);
        var longest = Op.Max(Op.ReduceMax(count, [0, 1], keepDims: false) + graph.Scalar((long)added), graph.Vector(1L));
        return Op.SliceAt(ids, 1, graph.Vector(0L), longest, [batch, "time"]);
    }

    // Zeros, as many as tokens are allowed: a text with more looks behind the last, which is an error at a node that says what is wrong.
    private static Value LimitedTo(int most, Value count)
    {
        var zeros = Op.Expand(count.Graph.Scalar(0L), ["allowed"], count.Graph.Vector(most + 1L));
        return Graph.Emit("Gather", [zeros, count]).AddOutput(ElementType.Int64, count.Shape, $"text_has_at_most_{most}_tokens");
    }
}
