using System.Text.Json;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The weights of a network that was trained without labels: embedding and network, without output layer. Trainers start from them
/// (<see cref="SequenceTrainerOptions.Pretrained"/>), in the same process or from a file.
/// </summary>
public sealed class PretrainedNetwork
{
    private const string Mark = "MLSeqGraph pretrained 1\n", Table = "embedding/table";

    private PretrainedNetwork(Header header, IReadOnlyDictionary<string, TensorData> weights, TrainingHistory? history)
    {
        (Name, TokenCount, KeyValues) = (header.Network, header.TokenCount, header.KeyValues);
        Weights = weights;
        History = history;
    }

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>Token ids are 0 (unknown) to this − 1. The mask token's vector is left out. 0 for a network of images.</summary>
    public int TokenCount { get; }

    /// <summary>The key values of the tokens, in their order; null where tokens were numbers.</summary>
    public IReadOnlyList<string>? KeyValues { get; }

    /// <summary>The weights by parameter name.</summary>
    public IReadOnlyDictionary<string, TensorData> Weights { get; }

    /// <summary>The training history, epoch by epoch; null for weights read from a file.</summary>
    public TrainingHistory? History { get; }

    internal static PretrainedNetwork Of(string network, SequenceColumn column, IReadOnlyList<string>? keyValues, ParameterSet parameters,
        TrainingHistory history)
    {
        var weights = parameters.All.Where(parameter => !parameter.Name.StartsWith(MaskedNetworkModel.Scope + "/",
            StringComparison.Ordinal))
            .ToDictionary(parameter => parameter.Name, parameter => StartingWeights.Copy(parameter.Value));
        if (weights.TryGetValue(Table, out var table))
            weights[Table] = TensorData.Create(table.As<float>()[..(int)(column.TokenCount * table.Sizes[1])], column.TokenCount,
                table.Sizes[1]);
        return new(new(network, column.TokenCount, keyValues?.ToArray(), []), weights, history);
    }

    /// <summary>Writes the weights, with a checksum, to a file.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void Save(string path)
    {
        var header = new Header(Name, TokenCount, KeyValues?.ToArray(),
            [.. Weights.Select(weight => new ParameterSizes(weight.Key, [.. weight.Value.Sizes]))]);
        var tensors = Weights.ToDictionary(weight => weight.Key, weight => weight.Value.As<float>());
        AtomicFile.Write(path, stream => TensorFile.Write(stream, Mark, JsonSerializer.Serialize(header), tensors));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">The file holds something else, is cut short or was changed; the message names it.</exception>
    public static PretrainedNetwork Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var (json, groups) = TensorFile.Read(path, Mark, "file of pre-trained weights", 1);
            if (JsonSerializer.Deserialize<Header>(json) is not { Network: not null, Parameters: not null } header
                || header.Parameters.Any(parameter => parameter is not { Name: not null, Sizes: not null }))
                throw new InvalidDataException("its header names no network and parameters");
            return new(header, header.Parameters.ToDictionary(parameter => parameter.Name, parameter =>
                TensorData.Create(groups[0].GetValueOrDefault(parameter.Name)
                    ?? throw new InvalidDataException($"it has no parameter '{parameter.Name}'"), parameter.Sizes)), null);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or ArgumentException or OverflowException
            or NotSupportedException)
        {
            throw new InvalidDataException($"Pre-trained weights can't be read from '{path}': {exception.Message}.", exception);
        }
    }

    /// <exception cref="ArgumentException">The column's tokens aren't those of the pre-training.</exception>
    internal void CheckVocabulary(DataViewSchema schema, SequenceColumn column)
    {
        if (TokenCount == 0)
        {
            if (column.Image is null)
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but {nameof(SequenceTrainerOptions.Pretrained)} is "
                    + $"a network of images ({Name}): expected images, and a network for them.");
            return;
        }
        if (column.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but {nameof(SequenceTrainerOptions.Pretrained)} is a "
                + "network of tokens: expected a vector of keys, Int32 or Int64.");
        if (column.TokenCount != TokenCount)
        {
            throw new ArgumentException($"Column '{column.Name}' has a vocabulary of {column.TokenCount - 1}, "
                + $"but of {TokenCount - 1} in the pre-training: "
                + (KeyValues is null ? $"give both the same {nameof(SequenceTrainerOptions.VocabularySize)}." : Advice));
        }
        if (KeyValues is null || KeyValueCheck.Values(schema[column.Name]) is not { } values || values.SequenceEqual(KeyValues))
            return;
        var key = values.Zip(KeyValues).TakeWhile(pair => pair.First == pair.Second).Count();
        throw new ArgumentException($"Column '{column.Name}' has other key values than in the pre-training: key {key + 1} is "
            + $"'{values[key]}', but was '{KeyValues[key]}' there: {Advice}");
    }

    /// <summary>Starts a network from the weights.</summary>
    /// <exception cref="ArgumentException">The network's parameters, except the output layer's, differ from these in name or
    /// shape.</exception>
    internal void CopyTo(ParameterSet parameters, SequenceNetworkModel model)
    {
        var encoder = new NetworkBuilder(new(), NetworkMode.Evaluation);
        model.Encode(encoder);
        StartingWeights.CopyTo(parameters, encoder.Parameters.All.Where(parameter =>
            !parameter.Name.StartsWith(SideInputs.ScopePrefix, StringComparison.Ordinal)), Weights, Name, model.Network.Name);
    }

    private const string Advice = "map both with the same fitted MapValueToKey.";

    private sealed record Header(string Network, int TokenCount, string[]? KeyValues, ParameterSizes[] Parameters);
}
