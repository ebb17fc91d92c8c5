using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained language model or translator as bytes, to be saved within ML.NET's model files: a description as JSON, then the ONNX models.
/// Each part follows its length, a 32-bit integer; a missing encoder has length 0.
/// </summary>
/// <param name="Models">The deployed models.</param>
/// <param name="Info">What they read and how they predict.</param>
/// <param name="History">The training history.</param>
internal sealed record GenerativePayload(GenerativeModels Models, ModelInfo Info, TrainingHistory History)
{
    /// <summary>What happens to rows that can't be read.</summary>
    internal BadRows BadRows { get; init; }

    private const int Version = 2, OldVersion = 1;

    private static readonly JsonSerializerOptions OldJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The bytes that <see cref="Parse"/> reads.</summary>
    internal byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        var description = new Description(Version, Info, History.Epochs, History.BestEpoch, History.StoppedBecause, BadRows);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(description, ModelInfo.Json);
        foreach (var part in (byte[][])[json, Models.Encoder ?? [], Models.Decoder, Models.Greedy])
        {
            writer.Write(part.Length);
            writer.Write(part);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="InvalidDataException">The bytes are something else, damaged, or of a later version.</exception>
    internal static GenerativePayload Parse(byte[] bytes)
    {
        var at = 0;
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(Part());
            var description = json.GetProperty("version").GetInt32() switch
            {
                Version => json.Deserialize<Description>(ModelInfo.Json),
                OldVersion => json.Deserialize<OldDescription>(OldJson)?.ToDescription(),
                var version => throw Damaged($"its format is {version}, expected {OldVersion} or {Version}"),
            };
            if (description is not { Info: { Verification: not null } info, Epochs: not null })
                throw Damaged("its description lacks something");
            if (info.Problem() is { } problem)
                throw Damaged($"its description {problem}");
            byte[] encoder = Part().ToArray(), decoder = Part().ToArray(), greedy = Part().ToArray();
            return new(new(encoder.Length == 0 ? null : encoder, decoder, greedy), description.Info, description.History())
            {
                BadRows = description.BadRows,
            };
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            throw Damaged(exception.Message, exception);
        }

        ReadOnlySpan<byte> Part()
        {
            var length = at + sizeof(int) <= bytes.Length ? BitConverter.ToInt32(bytes, at) : -1;
            at += sizeof(int);
            if (length < 0 || length > bytes.Length - at)
                throw Damaged($"it is cut off after {bytes.Length} bytes");
            at += length;
            return bytes.AsSpan(at - length, length);
        }
    }

    private static InvalidDataException Damaged(string problem, Exception? inner = null) =>
        new($"The saved language model or translator can't be read: {problem}.", inner);

    /// <summary>Restores the transformer.</summary>
    /// <param name="scoring">Where and how it predicts.</param>
    internal GenerativeTransformer ToTransformer(SequenceScoringOptions scoring)
    {
        scoring = scoring.With(BadRows);
        return Info.Task == ModelTask.LanguageModel ? new LanguageModelTransformer(this, scoring)
            : new TranslationTransformer(this, scoring);
    }

    private sealed record Description(int Version, ModelInfo Info, IReadOnlyList<EpochRecord> Epochs, int BestEpoch,
        TrainingEnd End, BadRows BadRows = BadRows.Error)
    {
        internal TrainingHistory History()
        {
            var history = new TrainingHistory { BestEpoch = BestEpoch, StoppedBecause = End };
            foreach (var epoch in Epochs)
                history.Add(epoch);
            return history;
        }
    }

    // The description that version 1 wrote.
    private sealed record OldDescription(OldInfo? Info, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, TrainingEnd End)
    {
        internal Description? ToDescription() => Info is null ? null : new(Version, new(ModelRows.Sequences,
            Info.Labels is null ? ModelTask.LanguageModel : ModelTask.Translation, [Info.Input], Info.Labels, Info.Versions,
            Info.Verification)
        {
            Generation = new(Info.AddBeginEndTokens, Info.Beam, Info.MaximumLength),
        }, Epochs, BestEpoch, End);
    }

    private sealed record OldInfo(ModelInput Input, ModelLabels? Labels, ModelVersions Versions, ModelVerification Verification,
        bool AddBeginEndTokens, BeamOptions? Beam, int MaximumLength = 1);
}
