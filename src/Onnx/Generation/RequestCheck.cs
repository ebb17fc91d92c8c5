namespace MLSeqGraph.Onnx.Generation;

/// <summary>Compares what is asked for with what the models can do.</summary>
internal static class RequestCheck
{
    /// <exception cref="ArgumentException">There is no request, or a source doesn't fit the encoder.</exception>
    internal static void Sources(IReadOnlyList<GenerationRequest> requests, GeneratorModel model)
    {
        if (requests.Count == 0)
            throw new ArgumentException("No sequence was asked for; expected at least one request.");
        for (var i = 0; i < requests.Count; i++)
        {
            var source = requests[i].Source;
            if (model.Encoder is null)
            {
                if (source is not null)
                    throw new ArgumentException($"Request {i} has a source of {source.Count} tokens; the decoder has no encoder to read it.");
                continue;
            }
            if (source is null || source.Count == 0)
                throw new ArgumentException($"Request {i} has {(source is null ? "no" : "an empty")} source; the encoder expects at least one token.");
            foreach (var token in source)
                if (token < 0 || token >= (model.Metadata.SourceVocabularySize ?? long.MaxValue))
                    throw new ArgumentException($"Request {i}: source token {token} is outside the encoder's vocabulary{(model.Metadata.SourceVocabularySize is { } size ? $" of {size} tokens" : "")}.");
            if (source.Count != requests[0].Source!.Count && !model.Encoder.Inputs.Any(input => input.Name == GeneratorModel.SourceLengths))
                throw new ArgumentException($"Request {i} has a source of {source.Count} tokens, request 0 of {requests[0].Source!.Count}; an encoder without input '{GeneratorModel.SourceLengths}' expects sources of one length.");
        }
    }

    /// <summary>The tokens a sequence begins with.</summary>
    /// <exception cref="ArgumentException">There are none, or one is outside the vocabulary, or they are more than the decoder's positions.</exception>
    internal static long[] Prompt(GenerationRequest request, GeneratorModel model)
    {
        long[] prompt = request.Prompt is { } given ? [.. given]
            : model.Metadata.StartToken is { } start ? [start]
            : throw new ArgumentException("A request has no prompt, and the decoder's metadata name no start token.");
        if (prompt.Length == 0)
            throw new ArgumentException("A prompt is empty; expected at least one token, or null for the start token.");
        foreach (var token in prompt)
            if (token < 0 || token >= model.Vocabulary)
                throw new ArgumentException($"Token {token} of a prompt is outside the vocabulary of {model.Vocabulary} tokens.");
        if (prompt.Length > model.Metadata.MaximumPositions)
            throw new ArgumentException($"A prompt has {prompt.Length} tokens; the decoder has at most {model.Metadata.MaximumPositions} positions.");
        return prompt;
    }

    /// <summary>How many tokens may be generated: the last one needs no position, for it isn't fed.</summary>
    internal static int Maximum(long[] prompt, GeneratorModel model, GenerationOptions options) =>
        (int)Math.Min(options.MaximumTokens, (model.Metadata.MaximumPositions ?? long.MaxValue - 1) - prompt.Length + 1);
}
