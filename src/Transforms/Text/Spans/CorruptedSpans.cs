using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Hides spans of a row's tokens: the source has a sentinel in place of each, the target each sentinel with what it stands for, and a last
/// one. What is hidden depends on the seed and the tokens alone.
/// </summary>
internal static class CorruptedSpans
{
    /// <summary>Draws the spans of a row.</summary>
    /// <param name="tokens">Keys of the tokens.</param>
    /// <param name="sentinels">Keys of the sentinels.</param>
    /// <param name="options">How much is hidden.</param>
    /// <param name="place">Column and row, for errors.</param>
    /// <exception cref="InvalidDataException">
    /// There are fewer than two tokens, or more spans than sentinels; or a token is a sentinel.
    /// </exception>
    internal static (uint[] Source, uint[] Target) Of(ReadOnlySpan<uint> tokens, ReadOnlySpan<uint> sentinels,
        SpanCorruptionOptions options, string place)
    {
        if (tokens.Length < 2)
            throw new InvalidDataException($"{place}: {(tokens.Length == 0 ? "no tokens" : "1 token")}; expected at least 2, of which some "
                + "are hidden.");
        if (tokens.IndexOfAny(sentinels) is >= 0 and var sentinel)
            throw new InvalidDataException($"{place}: token {sentinel} is a sentinel; expected none in texts that are hidden in part.");
        var hidden = Math.Clamp((int)Math.Round(tokens.Length * options.Noise), 1, tokens.Length - 1);
        var kept = tokens.Length - hidden;
        // Between two spans there is a token at least.
        var spans = Math.Clamp((int)Math.Round(hidden / options.MeanSpan), 1, Math.Min(hidden, kept + 1));
        if (spans >= sentinels.Length)
            throw new InvalidDataException($"{place}: {tokens.Length} tokens with {spans} hidden spans; expected fewer than the "
                + $"{sentinels.Length} {nameof(SpanCorruptionOptions.Sentinels)}.");
        var random = SplitMix64.OfItem(options.Seed, Digest(tokens));
        var lengths = Parts(hidden, spans, ref random);
        // The first and the last run of kept tokens may be empty.
        var runs = Parts(kept + 2, spans + 1, ref random);
        (runs[0], runs[^1]) = (runs[0] - 1, runs[^1] - 1);
        var (source, target, at) = (new List<uint>(), new List<uint>(), 0);
        for (var span = 0; span <= spans; span++)
        {
            source.AddRange(tokens.Slice(at, runs[span]));
            at += runs[span];
            target.Add(sentinels[span]);
            if (span == spans)
                break;
            source.Add(sentinels[span]);
            target.AddRange(tokens.Slice(at, lengths[span]));
            at += lengths[span];
        }
        return ([.. source], [.. target]);
    }

    // A number as a sum of parts of at least 1, all such sums equally likely: some of the places between its ones are cut.
    private static int[] Parts(int total, int count, ref SplitMix64 random)
    {
        var parts = new int[count];
        for (int place = 1, part = 0, cuts = count - 1; place <= total; place++)
        {
            parts[part]++;
            var places = total - place;
            if (places > 0 && random.Next(places) < cuts)
                (part, cuts) = (part + 1, cuts - 1);
        }
        return parts;
    }

    private static long Digest(ReadOnlySpan<uint> tokens)
    {
        long digest = tokens.Length;
        foreach (var token in tokens)
            digest = SplitMix64.SeedOf(digest, token);
        return digest;
    }
}
