using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using MLSeqGraph.Onnx;

namespace Server;

/// <summary>What is to be written.</summary>
/// <param name="Text">A prompt or source, where the server has the model's tokenizer.</param>
/// <param name="Tokens">The prompt's or source's tokens, instead.</param>
/// <param name="MaximumLength">Most tokens to write.</param>
/// <param name="Temperature">Draws tokens at this temperature; without it the likeliest are written.</param>
/// <param name="TopK">Draws among so many of the likeliest alone.</param>
/// <param name="TopP">Draws among the likeliest that make up this probability.</param>
/// <param name="Seed">Decides the draws.</param>
/// <param name="Beams">The width of a beam search, whose best sequence comes as one piece.</param>
internal sealed record GenerateRequest(
    string? Text = null, long[]? Tokens = null, [property: DefaultValue(100)] int? MaximumLength = null, double? Temperature = null,
    int? TopK = null, double? TopP = null, int Seed = 0, int? Beams = null);

/// <summary>A token that was written.</summary>
internal sealed record WrittenToken(long Token, string? Text, double LogProbability);

/// <summary>All that was written.</summary>
internal sealed record WrittenSequence(string Model, long[] Tokens, string? Text, double LogProbability, bool Ended);

/// <summary>Writes sequences, token by token as server-sent events: <c>token</c> for each, <c>done</c> with all of them.</summary>
internal static class Generation
{
    /// <exception cref="ArgumentException">The request isn't what the model reads.</exception>
    internal static async IAsyncEnumerable<SseItem<object>> WriteAsync(ServedModel model, GenerateRequest request, ServerOptions options,
        ServerMetrics metrics, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var generator = model.Generator!;
        var input = Input(request, model, options);
        var length = new GenerationOptions { MaximumLength = request.MaximumLength ?? Math.Min(100, options.MaxTokens) };
        if (length.MaximumLength > options.MaxTokens)
            throw new ArgumentException($"maximumLength is {length.MaximumLength}; this server writes at most {options.MaxTokens} tokens.");
        if (request.Beams is { } width)
        {
            if (width > 32 || request.Temperature is not null)
                throw new ArgumentException($"beams is {width}; expected 1 to 32, without temperature.");
            var best = await Task.Run(() => generator.BeamSearch(input, new() { Width = width }, length, cancellation)[0][0], cancellation);
            metrics.Wrote(best.Tokens.Length);
            yield return Done(best.Tokens, best.LogProbability, best.Ended);
            yield break;
        }
        var sampling = request is { Temperature: null, TopK: null, TopP: null } ? null
            : new SamplingOptions { Temperature = request.Temperature ?? 1, TopK = request.TopK, TopP = request.TopP ?? 1,
                Seed = request.Seed };
        var tokens = new List<long>();
        var (sum, ended) = (0.0, false);
        await foreach (var token in generator.StreamAsync(input, sampling, length, cancellation))
        {
            (sum, ended) = (sum + token.LogProbability, token.IsEnd);
            metrics.Wrote(1);
            if (ended)
                break;
            tokens.Add(token.Token);
            yield return new(new WrittenToken(token.Token, model.TargetTokenizer?.DecodeKeys(token.Token), token.LogProbability), "token");
        }
        yield return Done([.. tokens], sum, ended);

        SseItem<object> Done(long[] all, double logProbability, bool end) =>
            new(new WrittenSequence(model.Version, all, model.TargetTokenizer?.DecodeKeys(all), logProbability, end), "done");
    }

    private static GenerationInput Input(GenerateRequest request, ServedModel model, ServerOptions options)
    {
        var tokens = (request.Tokens, request.Text, model.Tokenizer) switch
        {
            ({ } given, null, _) => given,
            (null, { } text, { } tokenizer) => tokenizer.EncodeKeys(text),
            (null, { }, null) => throw new ArgumentException("The server has no tokenizer for this model: expected tokens, not text."),
            (null, null, _) when !model.Generator!.ReadsSource => [],
            _ => throw new ArgumentException("Expected either text or tokens."),
        };
        if (tokens.Length > options.MaxSteps)
            throw new ArgumentException($"There are {tokens.Length} tokens; this server takes at most {options.MaxSteps}.");
        if (model.Generator!.ReadsSource)
            return GenerationInput.FromSources(tokens);
        // A model with a start token writes on from it.
        return GenerationInput.FromPrompts(model.Generator.Info.StartToken is { } start ? [start, .. tokens] : tokens);
    }
}
