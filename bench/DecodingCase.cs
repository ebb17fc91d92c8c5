using System.Numerics.Tensors;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>
/// Greedy decoding with a Transformer language model: with its cache, or computing the whole sequence for every token. A token that is
/// computed takes 2 · 12 · width² operations in each layer and 4 · width for every token before it, and a token that is written
/// 2 · width · vocabulary. A step reads every weight once, 4 · (12 · layers · width² + width · vocabulary) bytes, and with a cache
/// 2 · 4 · width of each layer and token before, for each sequence. Weights that a cache still holds count too.
/// </summary>
/// <param name="batch">Sequences at once.</param>
/// <param name="length">Tokens to write.</param>
/// <param name="width">Features of a layer.</param>
/// <param name="layers">Number of layers.</param>
/// <param name="hasCache">Whether keys and values are kept.</param>
internal sealed class DecodingCase(int batch, int length, int width, int layers, bool hasCache) : ICase
{
    private const int Vocabulary = 1000, Start = 1;
    private readonly GenerativeNetwork _network = new()
    {
        Decoder = SequenceDecoder.Transformer(new()
        {
            Hidden = width, Layers = layers, Heads = width / 64, Positions = PositionEncoding.Rotary,
        }),
        Vocabulary = new(Vocabulary),
        Width = width,
        TieOutput = true,
    };

    private SequenceGenerator? _generator;
    private OnnxSession? _whole;

    public void Setup(int threads)
    {
        var parameters = TrainingModel.Build(_network.Train, new Adam()).Parameters;
        var target = ExecutionTarget.Cpu(threads);
        if (hasCache)
        {
            var input = new ModelInput(SequenceKind.Tokens, "Features", 0, _network.Vocabulary.OfColumn, 0, "UInt32");
            _generator = GenerativeModels.Write(_network, parameters, length, verification =>
                new(ModelRows.Sequences, ModelTask.LanguageModel, [input], null, new("0", OnnxFile.DefaultOpset, "0"), verification)
                {
                    Generation = new(),
                }).Models.Load(target);
            return;
        }
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment);
        _network.Evaluate(network, lastOnly: true);
        ConstantFolding.Fold(network.Graph);
        _whole = new(network.Graph, target);
    }

    public IReadOnlyDictionary<string, double> Work => new Dictionary<string, double> { ["tokens"] = batch * length };

    public int SessionRuns => length;

    public Cost Cost
    {
        get
        {
            var (weights, head) = (12.0 * layers * width * width, (double)width * Vocabulary);
            var (operations, bytes) = (0.0, 0.0);
            for (var seen = 1.0; seen <= length; seen++)
            {
                var attention = 4 * layers * width * seen;
                operations += batch * (2 * head + (2 * weights + attention) * (hasCache ? 1 : seen));
                bytes += 4 * (weights + head) + (hasCache ? 2 * batch * attention : 0);
            }
            return new(operations, bytes);
        }
    }

    public void Run()
    {
        if (_generator is not null)
        {
            var prompts = GenerationInput.FromPrompts([.. Enumerable.Repeat<long[]>([Start], batch)]);
            _generator.Greedy(prompts, new() { MinimumLength = length, MaximumLength = length });
            return;
        }
        var tokens = new long[batch, length + 1];
        for (var row = 0; row < batch; row++)
            tokens[row, 0] = Start;
        for (var step = 0; step < length; step++)
        {
            var seen = new long[batch * (step + 1)];
            for (var i = 0; i < seen.Length; i++)
                seen[i] = tokens[i / (step + 1), i % (step + 1)];
            var inputs = new TensorInputs { [GenerativeNetwork.Tokens] = TensorData.Create(seen, batch, step + 1) };
            var logits = _whole!.Run(inputs)[GenerativeNetwork.Logits].As<float>();
            for (var row = 0; row < batch; row++)
            {
                var scores = logits.AsSpan(row * (logits.Length / batch), logits.Length / batch);
                tokens[row, step + 1] = TensorPrimitives.IndexOfMax(scores);
            }
        }
    }

    public void Dispose()
    {
        _generator?.Dispose();
        _whole?.Dispose();
    }
}
