using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>The two forms of a decoder on random input: whole sequences, and a few steps at a time with states.</summary>
internal sealed class DecoderForms(SequenceDecoder decoder, int batch, int steps, int? source, int width = 8)
{
    private const int SourceWidth = 6;
    private readonly ParameterSet _parameters = new();
    private readonly Random _random = new(3);

    internal ParameterSet Parameters => _parameters;

    /// <summary>All steps at once [batch, steps, features].</summary>
    internal float[] Whole(TensorData x, IReadOnlyDictionary<string, TensorData> sources)
    {
        var network = new NetworkBuilder(_parameters, NetworkMode.Evaluation, seed: 5);
        var memory = Prepare(network);
        network.Graph.Output("steps", decoder.Decode(network, network.Input("x", ElementType.Float, ["batch", "time", width]),
            memory).Steps);
        using var session = new OnnxSession(network.Graph);
        var weights = network.ParameterValues.Keys.ToDictionary(name => name, name => _parameters[name].Value);
        return session.Run(sources.Append(new("x", x)).Concat(weights).ToDictionary())["steps"].As<float>();
    }

    /// <summary>The same in chunks of some steps.</summary>
    internal float[] InChunks(TensorData x, IReadOnlyDictionary<string, TensorData> sources, int chunk, int capacity)
    {
        var encoder = new NetworkBuilder(_parameters, NetworkMode.Deployment, seed: 5);
        var memory = Prepare(encoder);
        foreach (var (name, value) in memory.Constants)
            encoder.Graph.Output(name, value);
        foreach (var state in memory.States.Where(state => state.First is not null))
            encoder.Graph.Output("past." + state.Name, state.First!);
        var step = new NetworkBuilder(_parameters, NetworkMode.Deployment, seed: 5);
        var inputs = new DecoderMemory([.. memory.Constants.Select(
            constant => (constant.Name, step.Input(constant.Name, constant.Value.Type, constant.Value.Shape)))], memory.States);
        Value[] past = [.. memory.States.Select(state => step.Input("past." + state.Name, ElementType.Float, state.Shape))];
        var decoded = decoder.Continue(step, step.Input("x", ElementType.Float, ["batch", "steps", width]),
            step.Input("position", ElementType.Int64, [1]), past, inputs);
        step.Graph.Output("steps", decoded.Steps);
        foreach (var (state, present) in memory.States.Zip(decoded.Present))
            step.Graph.Output("present." + state.Name, present);
        var feed = new Dictionary<string, TensorData>();
        if (source is not null)
        {
            using var encoding = new OnnxSession(encoder.Graph);
            feed = encoding.Run(sources).ToDictionary();
        }
        foreach (var state in memory.States)
            feed.TryAdd("past." + state.Name, TensorData.Zeros(
                ElementType.Float, [.. state.Shape.Select(dim => dim.IsKnown ? dim.Size : dim == "batch" ? batch : capacity)]));
        using var session = new OnnxSession(step.Graph);
        var read = step.Graph.Inputs.Select(input => input.Name).ToHashSet();
        var result = new float[x.Count / width * decoded.Steps.Shape[2].Size];
        var features = (int)decoded.Steps.Shape[2].Size;
        for (var at = 0; at < steps; at += chunk)
        {
            var count = Math.Min(chunk, steps - at);
            feed["x"] = TensorData.Create(Enumerable.Range(0, batch)
                .SelectMany(b => x.As<float>().Skip((b * steps + at) * width).Take(count * width)).ToArray(), batch, count, width);
            feed["position"] = TensorData.Vector((long)at);
            var outputs = session.Run(feed.Where(entry => read.Contains(entry.Key)).ToDictionary());
            foreach (var state in memory.States)
                feed["past." + state.Name] = outputs["present." + state.Name];
            var given = outputs["steps"].As<float>();
            for (var b = 0; b < batch; b++)
                given.AsSpan(b * count * features, count * features).CopyTo(result.AsSpan((b * steps + at) * features));
        }
        return result;
    }

    internal TensorData RandomSteps() => TensorData.Create(Initializers.Normal(1)([batch, steps, width], _random), batch, steps, width);

    internal Dictionary<string, TensorData> RandomSources() => source is not { } length ? [] : new()
    {
        ["source"] = TensorData.Create(Initializers.Normal(1)([length, batch, SourceWidth], _random), length, batch, SourceWidth),
        ["source_lengths"] = TensorData.Vector([.. Enumerable.Range(0, batch).Select(b => (long)Math.Max(1, length - b))]),
    };

    private DecoderMemory Prepare(NetworkBuilder network)
    {
        if (source is null)
            return decoder.Prepare(network, width, null);
        var steps = new Sequence(network, network.Input("source", ElementType.Float, ["source", "batch", SourceWidth]),
            network.Input("source_lengths", ElementType.Int64, ["batch"]));
        return decoder.Prepare(network, width, new EncodedSequence(steps));
    }

}
