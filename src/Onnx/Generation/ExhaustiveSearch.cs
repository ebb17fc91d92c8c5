namespace MLSeqGraph.Onnx;

/// <summary>Scores all possible sequences, feeding those of one length at once.</summary>
internal static class ExhaustiveSearch
{
    private const long Most = 1_000_000;

    internal static GeneratedSequence[][] Run(DecoderModel model, GenerationInput input, BeamOptions beam, GenerationOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        beam.Check();
        options.Check();
        var prompts = input.Check(model);
        var maximum = StepwiseSearch.Limit(model, prompts.Max(prompt => prompt.Length), options);
        if (Math.Pow(model.Vocabulary, maximum) > Most)
            throw new ArgumentException(
                $"There are {model.Vocabulary} tokens and up to {maximum} steps, more than {Most} sequences; an exhaustive search is for "
                    + "small spaces.");
        return [.. prompts.Select((prompt, row) =>
            Row(model, input.Rows(row), prompt, beam, options, maximum, cancellation))];
    }

    private static GeneratedSequence[] Row(DecoderModel model, GenerationInput input, long[] prompt, BeamOptions beam,
        GenerationOptions options, int maximum, CancellationToken cancellation)
    {
        var ends = options.EndTokens ?? model.Info.EndTokens ?? [];
        var chooser = new TokenChooser(model.Vocabulary, model.Info.SuppressedTokens ?? []);
        var found = new List<GeneratedSequence>();
        List<(long[] Tokens, double LogProbability)> open = [([], 0)];
        for (var length = 1; length <= maximum && open.Count > 0; length++)
        {
            var (first, sourceTime) = input.Encode(model, open.Count, cancellation);
            using var run = new DecoderRun(model, first, open.Count, prompt.Length + maximum, sourceTime);
            run.Step([.. open.SelectMany(prefix => prompt.Concat(prefix.Tokens))], prompt.Length + length - 1, cancellation);
            var longer = new List<(long[], double)>();
            for (var row = 0; row < open.Count; row++)
            {
                var probabilities = chooser.LogProbabilities(run.Logits(row), length <= options.MinimumLength ? ends : []);
                for (var token = 0; token < probabilities.Length; token++)
                {
                    var sum = open[row].LogProbability + probabilities[token];
                    if (double.IsNegativeInfinity(sum))
                        continue;
                    var ended = StepwiseSearch.Contains(ends, token);
                    long[] tokens = ended ? open[row].Tokens : [.. open[row].Tokens, token];
                    if (ended || length == maximum)
                        found.Add(new(tokens, sum, beam.Score(sum, length), ended));
                    else
                        longer.Add((tokens, sum));
                }
            }
            open = longer;
        }
        return [.. found.OrderByDescending(sequence => sequence.Score).Take(beam.Best)];
    }
}
