namespace MLSeqGraph.Onnx;

/// <summary>Log-probabilities of known sequences under a decoder, many sequences at a time.</summary>
internal static class TokenLogProbabilities
{
    // Longer sequences are scored in separate pieces of this many tokens.
    private const int LongestPiece = 512;

    // The most logits at a time: 8 MB. More are no faster.
    private const long MostLogits = 1 << 21;

    /// <summary>The most tokens, padding included, to score at once.</summary>
    internal static long MostSteps(DecoderModel model) => Math.Max(1, MostLogits / model.Vocabulary);

    /// <summary>
    /// The natural logarithm of the probability of each token except the first, given the previous ones, and how many of these tokens were
    /// the most likely. Sequences may differ in length: a decoder only looks back, so padding has no effect.
    /// </summary>
    /// <exception cref="ArgumentException">A token is outside the vocabulary.</exception>
    internal static (double[] LogProbabilities, int Hits)[] Follow(DecoderModel model, GenerationInput input,
        CancellationToken cancellation)
    {
        var sequences = input.Prompts ?? throw new ArgumentException("There is no sequence to follow: expected prompts.");
        var found = sequences.Select(sequence => (LogProbabilities: new double[Math.Max(0, sequence.Length - 1)], Hits: 0)).ToArray();
        var chooser = new TokenChooser(model.Vocabulary, []);
        var piece = Math.Min(model.Info.MaximumPositions ?? LongestPiece, LongestPiece);
        var longest = found.Max(row => row.LogProbabilities.Length);
        for (var start = 0; start < longest; start += piece)
        {
            int[] rows = [.. Enumerable.Range(0, found.Length).Where(row => found[row].LogProbabilities.Length > start)];
            long[][] pieces = [.. rows.Select(row => sequences[row][start..Math.Min(start + piece, found[row].LogProbabilities.Length)])];
            var followed = input.Rows(rows).WithPrompts(pieces);
            followed.Check(model);
            var steps = pieces.Max(tokens => tokens.Length);
            var padded = new long[rows.Length * steps];
            for (var i = 0; i < rows.Length; i++)
                pieces[i].CopyTo(padded, i * steps);
            using var run = new DecoderRun(model, followed.Encode(model, 1, cancellation).Values, rows.Length, steps, 0);
            run.Step(padded, steps, cancellation);
            for (var i = 0; i < rows.Length; i++)
                for (var step = 0; step < pieces[i].Length; step++)
                {
                    var probabilities = chooser.LogProbabilities(run.Logits(i, step), []);
                    var token = (int)sequences[rows[i]][start + step + 1];
                    found[rows[i]].LogProbabilities[start + step] = probabilities[token];
                    if (TokenChooser.Greedy(probabilities) == token)
                        found[rows[i]].Hits++;
                }
        }
        return found;
    }
}
