using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Writes the deployed models of a trained <see cref="GenerativeNetwork"/> and checks them against the training graph.</summary>
internal static class GenerativeDeployment
{
    /// <summary>Largest difference of logits allowed, relative to max(1, |logit|).</summary>
    internal const double Tolerance = 1e-4;

    internal static int CaseCount => Cases.Length;

    // batch, steps, steps a run, source, whether lengths are given: one token, all at once, one after another, in chunks; ragged sources
    private static readonly (int Batch, int Steps, int Chunk, int Source, bool Lengths)[] Cases =
        [(1, 1, 1, 1, true), (1, 7, 7, 5, false), (3, 6, 1, 4, true), (4, 9, 4, 11, true), (3, 2, 1, 6, false), (3, 1, 1, 1, false)];

    // The same of the model that decodes by itself; the source's steps are the prompt's of a language model.
    private static readonly (int Batch, int Source, bool Lengths)[] GreedyCases =
        [(2, 5, true), (1, 1, true), (1, 5, false), (3, 5, true), (3, 5, false), (3, 1, false)];

    /// <summary>The deployed graphs, and the largest difference seen between the steps of the decoder and the training graph.</summary>
    /// <exception cref="TensorMismatchException">The two differ by more than <see cref="Tolerance"/>.</exception>
    internal static (Graph? Encoder, Graph Decoder, double LargestDifference) Write(GenerativeNetwork model, ParameterSet parameters)
    {
        var encoder = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "encoder");
        var encoded = model.Encode(encoder);
        ConstantFolding.Fold(encoder.Graph);
        var decoder = new NetworkBuilder(parameters, NetworkMode.Deployment, name: "decoder");
        model.Continue(decoder, encoded);
        ConstantFolding.Fold(decoder.Graph);
        decoder.Graph.RemoveUnreadInputs();
        var evaluated = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        model.Evaluate(evaluated);
        DeadCode.Remove(evaluated.Graph);
        var reads = model.Encoder is not null;
        return (reads ? encoder.Graph : null, decoder.Graph,
            Compare(model, reads ? encoder.Graph : null, decoder.Graph, encoded.States, evaluated));
    }

    private static double Compare(GenerativeNetwork model, Graph? encoder, Graph decoder, IReadOnlyList<DecoderState> states,
        NetworkBuilder evaluated)
    {
        using var encoderSession = encoder is null ? null : new OnnxSession(encoder);
        using var decoderSession = new OnnxSession(decoder);
        using var reference = new OnnxSession(evaluated.Graph);
        var weights = evaluated.ParameterValues.Keys.ToDictionary(name => name, name => evaluated.Parameters[name].Value);
        var random = new Random(1);
        double largest = 0;
        foreach (var (batch, steps, chunk, source, lengths) in Cases)
        {
            if (steps > model.Decoder.MaximumLength || source > model.Encoder?.MaximumLength)
                continue;
            var sources = Sources(model, random, batch, source, lengths);
            var tokens = Ids(random, model.Vocabulary.Count, batch, steps);
            var all = sources.Append(new(GenerativeNetwork.Tokens, tokens)).Concat(weights).ToDictionary();
            var expected = reference.Run(all)[GenerativeNetwork.Logits];
            var feed = encoderSession?.Run(Given(sources, lengths)).ToDictionary() ?? [];
            foreach (var state in states)
                feed.TryAdd("past." + state.Name, TensorData.Zeros(ElementType.Float,
                    [.. state.Shape.Select(dim => dim.IsKnown ? dim.Size : dim == "batch" ? batch : steps)]));
            for (var at = 0; at < steps; at += chunk)
            {
                var count = Math.Min(chunk, steps - at);
                feed[GenerativeNetwork.Tokens] = Steps(tokens.As<long>(), batch, at, count, steps, 1);
                feed[GenerativeNetwork.Position] = TensorData.Vector((long)at);
                var outputs = decoderSession.Run(feed.Where(entry => decoder.Inputs.Any(input => input.Name == entry.Key)).ToDictionary());
                foreach (var state in states)
                    feed["past." + state.Name] = outputs["present." + state.Name];
                var difference = TensorComparison.Between(
                    GenerativeNetwork.Logits, Steps(expected.As<float>(), batch, at, count, steps, model.Vocabulary.Count),
                    outputs[GenerativeNetwork.Logits]);
                difference.ThrowIfAbove(Tolerance);
                largest = Math.Max(largest, difference.Difference);
            }
        }
        return largest;
    }

    /// <summary>
    /// Checks that the model which decodes by itself writes, at every step, a token that is the training graph's likeliest (or as good).
    /// </summary>
    /// <exception cref="TensorMismatchException">It writes another.</exception>
    internal static void CheckGreedy(GenerativeNetwork model, ParameterSet parameters, Graph greedy)
    {
        var evaluated = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        model.Evaluate(evaluated);
        DeadCode.Remove(evaluated.Graph);
        using OnnxSession session = new(greedy), reference = new(evaluated.Graph);
        var weights = evaluated.ParameterValues.Keys.ToDictionary(name => name, name => evaluated.Parameters[name].Value);
        var random = new Random(2);
        foreach (var (batch, source, lengths) in GreedyCases)
        {
            var prompt = model.Encoder is null ? Math.Min(source, 2) : 1;
            var length = Math.Min(6, (model.Decoder.MaximumLength ?? 100) - prompt + 1);
            if (length < 1 || source > model.Encoder?.MaximumLength)
                continue;
            CheckGreedy(model, session, reference, weights, random, (batch, prompt, length), Sources(model, random, batch, source, lengths),
                lengths);
        }
    }

    private static void CheckGreedy(GenerativeNetwork model, OnnxSession session, OnnxSession reference,
        Dictionary<string, TensorData> weights, Random random, (int Batch, int Prompt, int Length) size,
        Dictionary<string, TensorData> sources, bool hasLengths)
    {
        var (batch, prompt, length) = size;
        var start = model.Encoder is null ? Ids(random, model.Vocabulary.Count, batch, prompt).As<long>()
            : Enumerable.Repeat((long)model.Vocabulary.Start, batch).ToArray();
        var inputs = Given(sources, hasLengths).Append(new(GenerativeNetwork.MaximumLength, TensorData.Vector((long)length))).ToDictionary();
        if (model.Encoder is null)
            inputs[GenerativeNetwork.Tokens] = TensorData.Create(start, batch, prompt);
        var generated = session.Run(inputs)[GenerativeNetwork.Generated];
        var steps = (int)generated.Sizes[1];
        long[] all = [.. Enumerable.Range(0, batch).SelectMany(row =>
            start.Skip(row * prompt).Take(prompt).Concat(generated.As<long>().Skip(row * steps).Take(steps - 1)))];
        var time = prompt + steps - 1;
        var given = sources.Append(new(GenerativeNetwork.Tokens, TensorData.Create(all, batch, time))).Concat(weights).ToDictionary();
        var logits = reference.Run(given)[GenerativeNetwork.Logits].As<float>();
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

    // Sources for the training graph, which always takes lengths: those of all steps where the deployed model is given none.
    private static Dictionary<string, TensorData> Sources(GenerativeNetwork model, Random random, int batch, int source, bool ragged) =>
        model.Encoder is null ? [] : new()
        {
            [GenerativeNetwork.Source] = Ids(random, model.SourceVocabulary, batch, source),
            [GenerativeNetwork.SourceLengths] = TensorData.Vector([.. Enumerable.Range(0, batch).Select(i =>
                (long)(i == 0 || !ragged ? source : random.Next(1, source + 1)))]),
        };

    private static Dictionary<string, TensorData> Given(Dictionary<string, TensorData> sources, bool lengths) =>
        sources.Where(entry => lengths || entry.Key != GenerativeNetwork.SourceLengths).ToDictionary();

    private static TensorData Ids(Random random, int vocabulary, int batch, int steps) =>
        TensorData.Create([.. Enumerable.Range(0, batch * steps).Select(_ => (long)random.Next(vocabulary))], batch, steps);

    // Some steps of [batch, steps, width].
    private static TensorData Steps<T>(T[] all, int batch, int at, int count, int steps, int width)
    {
        T[] part = [.. Enumerable.Range(0, batch).SelectMany(i => all.AsSpan((i * steps + at) * width, count * width).ToArray())];
        return width == 1 ? TensorData.Create(part, batch, count) : TensorData.Create(part, batch, count, width);
    }
}
