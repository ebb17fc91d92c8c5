namespace MLSeqGraph.Onnx.Generation;

/// <summary>
/// Scores every sequence there is: all beginnings of one length at a time, each fed from its start without any state kept.
/// </summary>
internal static class ExhaustiveSearch
{
    /// <summary>The largest number of sequences of one length.</summary>
    internal const int Limit = 100_000;

    internal static IReadOnlyList<GeneratedSequence> Run(GeneratorModel model, GenerationRequest request, BeamOptions scoring, GenerationOptions options, CancellationToken cancellation)
    {
        HashSet<long> ends = [.. model.Metadata.EndTokens, .. options.StopTokens];
        var prompt = RequestCheck.Prompt(request, model);
        var maximum = RequestCheck.Maximum(prompt, model, options);
        var unfinished = Math.Pow(model.Vocabulary - ends.Count, maximum);
        if (unfinished > Limit)
            throw new ArgumentException($"{model.Vocabulary - ends.Count} tokens that end nothing make {unfinished:G6} sequences of {maximum}; an exhaustive search takes at most {Limit}.");
        List<GeneratedSequence> finished = [];
        List<(long[] Tokens, double LogProbability)> beginnings = [([], 0)];
        using var encoded = new EncodedSource(model, [request], cancellation);
        for (var length = 1; length <= maximum && beginnings.Count > 0; length++)
        {
            using var run = new DecoderRun(model, encoded, beginnings.Count, prompt.Length + length - 1, withAttention: false);
            run.Reorder(new int[beginnings.Count]);
            run.Feed(beginnings.SelectMany(beginning => prompt.Concat(beginning.Tokens)).ToArray(), cancellation);
            List<(long[] Tokens, double LogProbability)> longer = [];
            for (var row = 0; row < beginnings.Count; row++)
            {
                var logits = run.Logits(row);
                var logSum = TokenChooser.LogSum(logits);
                for (var token = 0; token < logits.Length; token++)
                {
                    var logProbability = beginnings[row].LogProbability + logits[token] - logSum;
                    if (double.IsNegativeInfinity(logProbability))
                        continue;
                    var score = scoring.Score(logProbability, length);
                    if (!ends.Contains(token))
                        longer.Add(([.. beginnings[row].Tokens, token], logProbability));
                    else if (length > options.MinimumTokens)
                        finished.Add(new(beginnings[row].Tokens, logProbability, score, token));
                    if (length == maximum && !ends.Contains(token))
                        finished.Add(new(longer[^1].Tokens, logProbability, score, null));
                }
            }
            beginnings = longer;
        }
        return [.. finished.OrderByDescending(sequence => sequence.Score).Take(scoring.Results)];
    }
}
