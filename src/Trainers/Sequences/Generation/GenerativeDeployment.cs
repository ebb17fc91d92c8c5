using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Deploys trained networks that write sequences. Random tokens check that the deployed form agrees with the trained one.
/// </summary>
internal static class GenerativeDeployment
{
    // batch, steps, steps per run, source, whether it is ragged: one token, all at once, one after another, in chunks
    private static readonly (int Batch, int Steps, int Chunk, int Source, bool Ragged)[] Cases =
        [(1, 1, 1, 1, true), (1, 7, 7, 5, false), (3, 6, 1, 4, true), (4, 9, 4, 11, true), (3, 2, 1, 6, false), (3, 1, 1, 1, false)];

    // The same for the model that decodes by itself; for a language model the source's steps are the prompt's.
    private static readonly (int Batch, int Source, bool Ragged)[] GreedyCases =
        [(2, 5, true), (1, 1, true), (1, 5, false), (3, 5, true), (3, 5, false), (3, 1, false)];

    /// <summary>The deployed graphs, and the comparison of the decoder's steps with the training graph.</summary>
    /// <exception cref="TensorMismatchException">They differ from it.</exception>
    internal static (Graph? Encoder, Graph Decoder, ModelVerification Verification) Write(GenerativeNetwork model, Deployment deployment,
        ParameterSet parameters)
    {
        DecoderMemory? encoded = null;
        var encoder = Deployment.Write(parameters, "encoder", network => encoded = model.Encode(network));
        var decoder = Deployment.Write(parameters, "decoder", network => model.Continue(network, encoded!));
        decoder.RemoveUnreadInputs();
        var read = model.HasEncoder ? encoder : null;
        Compare(model, deployment, read, decoder, encoded!.States);
        return (read, decoder, deployment.Verification);
    }

    /// <summary>Whether the decoder says how much it looks at each step of the source.</summary>
    internal static bool HasAttention(GenerativeNetwork model)
    {
        var parameters = new ParameterSet();
        var memory = model.Encode(new(parameters, NetworkMode.Deployment));
        var decoder = new NetworkBuilder(parameters, NetworkMode.Deployment);
        model.Continue(decoder, memory);
        return decoder.Graph.Outputs.Any(output => output.Name == GenerativeNetwork.Attention);
    }

    private static void Compare(GenerativeNetwork model, Deployment deployment, Graph? encoder, Graph decoder,
        IReadOnlyList<DecoderState> states)
    {
        using var encoderSession = encoder is null ? null : new OnnxSession(encoder);
        using var decoderSession = new OnnxSession(decoder);
        var random = new Random(1);
        foreach (var (batch, steps, chunk, source, ragged) in Cases)
        {
            if (steps > model.Decoder.MaximumLength || source > model.Encoder?.MaximumLength)
                continue;
            var (sources, given) = Sources(model, random, batch, source, ragged);
            var tokens = Ids(random, model.Vocabulary.Count, batch, steps);
            var feed = encoderSession?.Run(given).ToDictionary() ?? [];
            foreach (var state in states)
                feed.TryAdd("past." + state.Name, TensorData.Zeros(ElementType.Float,
                    [.. state.Shape.Select(dim => dim.IsKnown ? dim.Size : dim == "batch" ? batch : steps)]));
            var logits = new float[batch * steps * model.Vocabulary.Count];
            for (var at = 0; at < steps; at += chunk)
            {
                var count = Math.Min(chunk, steps - at);
                long[] part = [.. Enumerable.Range(0, batch).SelectMany(i => tokens.As<long>().AsSpan(i * steps + at, count).ToArray())];
                feed[GenerativeNetwork.Tokens] = TensorData.Create(part, batch, count);
                feed[GenerativeNetwork.Position] = TensorData.Vector((long)at);
                var outputs = decoderSession.Run(feed.Where(entry => decoder.Inputs.Any(input => input.Name == entry.Key)).ToDictionary());
                foreach (var state in states)
                    feed["past." + state.Name] = outputs["present." + state.Name];
                var width = count * model.Vocabulary.Count;
                for (var i = 0; i < batch; i++)
                    outputs[GenerativeNetwork.Logits].As<float>().AsSpan(i * width, width)
                        .CopyTo(logits.AsSpan((i * steps + at) * model.Vocabulary.Count));
            }
            deployment.Compare(sources.Append(new(GenerativeNetwork.Tokens, tokens)).ToDictionary(), new Dictionary<string, TensorData>
            {
                [GenerativeNetwork.Logits] = TensorData.Create(logits, batch, steps, model.Vocabulary.Count),
            });
        }
    }

    /// <summary>
    /// Checks that the model that decodes by itself writes, at every step, the training graph's most likely token (or an equally likely
    /// one).
    /// </summary>
    /// <exception cref="TensorMismatchException">It writes another.</exception>
    internal static void CheckGreedy(GenerativeNetwork model, Deployment deployment, Graph greedy)
    {
        using var session = new OnnxSession(greedy);
        var random = new Random(2);
        foreach (var (batch, source, ragged) in GreedyCases)
        {
            var prompt = model.Encoder is null ? Math.Min(source, 2) : 1;
            var length = Math.Min(6, (model.Decoder.MaximumLength ?? 100) - prompt + 1);
            if (length < 1 || source > model.Encoder?.MaximumLength)
                continue;
            CheckGreedy(model, deployment, session, random, (batch, prompt, length), Sources(model, random, batch, source, ragged));
        }
    }

    private static void CheckGreedy(GenerativeNetwork model, Deployment deployment, OnnxSession session, Random random,
        (int Batch, int Prompt, int Length) size, (Dictionary<string, TensorData> Told, Dictionary<string, TensorData> Counted) sources)
    {
        var (batch, prompt, length) = size;
        var start = model.Encoder is null ? Ids(random, model.Vocabulary.Count, batch, prompt).As<long>()
            : Enumerable.Repeat((long)model.Vocabulary.Start, batch).ToArray();
        var inputs = sources.Counted.Append(new(GenerativeNetwork.MaximumLength, TensorData.Vector((long)length))).ToDictionary();
        if (model.Encoder is null)
            inputs[GenerativeNetwork.Tokens] = TensorData.Create(start, batch, prompt);
        var generated = session.Run(inputs)[GenerativeNetwork.Generated];
        var steps = (int)generated.Sizes[1];
        long[] all = [.. Enumerable.Range(0, batch).SelectMany(row =>
            start.Skip(row * prompt).Take(prompt).Concat(generated.As<long>().Skip(row * steps).Take(steps - 1)))];
        var time = prompt + steps - 1;
        var given = sources.Told.Append(new(GenerativeNetwork.Tokens, TensorData.Create(all, batch, time))).ToDictionary();
        var logits = deployment.Run(given)[GenerativeNetwork.Logits].As<float>();
        for (var row = 0; row < batch; row++)
            for (var step = 0; step < steps; step++)
            {
                var token = generated.As<long>()[row * steps + step];
                var scores = logits.AsSpan((row * time + prompt - 1 + step) * model.Vocabulary.Count, model.Vocabulary.Count);
                var first = (row * time + prompt - 1 + step) * model.Vocabulary.Count;
                var allowed = Enumerable.Range(0, model.Vocabulary.Count).Where(id => !model.Vocabulary.Suppressed.Contains(id));
                var best = allowed.Max(id => logits[first + id]);
                TensorComparison.Between("the logit of the token written", TensorData.Vector(best),
                    TensorData.Vector(scores[(int)token])).ThrowIfAbove(1e-3);
                if (token == model.Vocabulary.End)
                    break;
            }
    }

    // Sources for the training graph, which is told their lengths, and for the deployed models, which count tokens; and further inputs.
    private static (Dictionary<string, TensorData> Told, Dictionary<string, TensorData> Counted) Sources(
        GenerativeNetwork model, Random random, int batch, int source, bool ragged)
    {
        Dictionary<string, TensorData> told = [], counted = [];
        if (model.ReadsTokens)
        {
            var ids = Ids(random, model.SourceVocabulary, batch, source);
            long[] lengths = [.. Enumerable.Range(0, batch).Select(i => (long)(i == 0 || !ragged ? source : random.Next(1, source + 1)))];
            (told[GenerativeNetwork.Source], counted[GenerativeNetwork.Source]) = PaddedTokens.Of(ids, lengths);
            told[GenerativeNetwork.SourceLengths] = TensorData.Vector(lengths);
        }
        SequenceInput[] inputs = [.. model.Numbers is { } numbers ? [numbers] : (SequenceInput[])[], .. model.Sides];
        SequenceInput.AddSamples(inputs, told, counted,
            [.. Enumerable.Range(0, batch).Select(i => i == 0 || !ragged ? (long)source : random.Next(1, source + 1))], random);
        return (told, counted);
    }

    private static TensorData Ids(Random random, int vocabulary, int batch, int steps) =>
        TensorData.Create([.. Enumerable.Range(0, batch * steps).Select(_ => (long)random.Next(vocabulary))], batch, steps);
}
