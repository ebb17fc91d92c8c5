using System.Text.Json;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>Rows as JSON: objects with a property for each input of the model, whose tensors are nested arrays.</summary>
internal static class RowJson
{
    // Stands for an empty text among several; empty ones are a file's padding.
    private const string EmptyWord = "\uFFFD";

    /// <summary>Reads a row.</summary>
    /// <exception cref="ArgumentException">It isn't what the model reads; the message names the input.</exception>
    internal static Row Read(JsonElement json, ServedModel model, ServerOptions options)
    {
        var inputs = model.Scorer!.Inputs;
        if (json.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"The body is {Name(json)}; expected an object with {Expected(model)}.");
        var row = new Dictionary<string, TensorData>();
        try
        {
            foreach (var property in json.EnumerateObject())
            {
                if (inputs.FirstOrDefault(input => property.NameEquals(input.Name)) is { } input)
                    row[input.Name] = Read(input, property.Value, options);
                else if (model.Tokenizer is { } tokenizer && property.NameEquals("text"))
                    row[ModelFormat.Tokens] = TensorData.Vector(Tokens(property.Value, tokenizer));
                else
                    throw new ArgumentException($"The model has no input '{property.Name}'; expected {Expected(model)}.");
            }
        }
        catch (InvalidOperationException exception) // half of a surrogate pair
        {
            throw new ArgumentException($"The body has text that is no Unicode: {exception.Message}", exception);
        }
        foreach (var (name, tensor) in row)
        {
            if (tensor.Type == ElementType.String)
                CheckTexts(name, tensor, model.Info!, options);
            else
                CheckTokens(name, tensor, model.Info!, options);
        }
        model.Scorer.Check(row);
        return row;
    }

    /// <summary>Reads several rows.</summary>
    /// <exception cref="ArgumentException">There are none or too many, or one isn't what the model reads; the message says
    /// which.</exception>
    internal static Row[] ReadAll(JsonElement json, ServedModel model, ServerOptions options)
    {
        var count = json.GetArrayLength();
        if (count == 0 || count > options.MaxRows)
            throw new ArgumentException($"There are {(count == 0 ? "no" : count)} rows; expected 1 to {options.MaxRows}.");
        var rows = new Row[count];
        for (var i = 0; i < count; i++)
        {
            try
            {
                rows[i] = Read(json[i], model, options);
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"Row {i}: {exception.Message}", exception);
            }
        }
        return rows;
    }

    /// <summary>Writes what the model says of a row: its outputs, with labels by name.</summary>
    internal static void Write(Utf8JsonWriter json, Row outputs, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("model", model.Version);
        foreach (var (name, tensor) in outputs)
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            Write(json, tensor, name == ModelFormat.PredictedLabel ? model.Info!.Labels?.Values : null);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes a tensor as nested arrays, whole numbers by their label where there are any.</summary>
    internal static void Write(Utf8JsonWriter json, TensorData tensor, IReadOnlyList<string>? labels = null)
    {
        var next = 0;
        Write(json, tensor, labels, 0, ref next);
    }

    private static TensorData Read(TensorInfo input, JsonElement json, ServerOptions options) => input.Type switch
    {
        ElementType.Float => Read<float>(input, json, options, JsonValueKind.Number, (value, out number) =>
            value.TryGetSingle(out number) && float.IsFinite(number), "a number"),
        ElementType.Int64 => Read<long>(input, json, options, JsonValueKind.Number, (value, out number) =>
            value.TryGetInt64(out number), "a whole number"),
        ElementType.String => Read<string>(input, json, options, JsonValueKind.String, (value, out text) =>
            (text = value.GetString()!) is not null, "text"),
        _ => throw new ArgumentException($"Input '{input.Name}' is of type {input.Type}, which can't be given as JSON."),
    };

    private delegate bool TryGet<T>(JsonElement json, out T value);

    private static TensorData Read<T>(TensorInfo input, JsonElement json, ServerOptions options, JsonValueKind kind, TryGet<T> tryGet,
        string expected)
    {
        var elements = new List<T>();
        var sizes = Enumerable.Repeat(-1L, input.Shape.Rank).ToArray();
        Walk(json, 0);
        return TensorData.Create<T>([.. elements],
            [.. sizes.Select((size, axis) => size >= 0 ? size : input.Shape[axis].IsKnown ? input.Shape[axis].Size : 0)]);

        void Walk(JsonElement part, int axis)
        {
            if (axis == sizes.Length)
            {
                elements.Add(part.ValueKind == kind && tryGet(part, out var value) ? value
                    : throw new ArgumentException($"Input '{input.Name}' has {Name(part)} where {expected} belongs."));
                return;
            }
            if (part.ValueKind != JsonValueKind.Array)
                throw new ArgumentException($"Input '{input.Name}' has {Name(part)} where an array belongs; expected {input.Shape}.");
            var length = part.GetArrayLength();
            if (length > options.MaxSteps)
                throw new ArgumentException(
                    $"Input '{input.Name}' has an array of {length}; this server takes at most {options.MaxSteps}.");
            if (sizes[axis] >= 0 && sizes[axis] != length)
                throw new ArgumentException($"Input '{input.Name}' has arrays of {sizes[axis]} and {length} beside one another.");
            sizes[axis] = length;
            foreach (var item in part.EnumerateArray())
                Walk(item, axis + 1);
        }
    }

    private static long[] Tokens(JsonElement json, TextTokenizer tokenizer) => json.ValueKind == JsonValueKind.String
        ? tokenizer.EncodeKeys(json.GetString()!) : throw new ArgumentException($"'text' is {Name(json)}; expected a string.");

    // What is cut into words inside the file is limited as tokens are.
    private static void CheckTexts(string name, TensorData tensor, ModelInfo info, ServerOptions options)
    {
        var texts = tensor.As<string>();
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i].Length > options.MaxText)
                throw new ArgumentException(
                    $"Input '{name}' has a text of {texts[i].Length} characters; this server takes at most {options.MaxText}.");
            if (tensor.Sizes.Count > 0)
                texts[i] = texts[i].Length > 0 ? texts[i] : EmptyWord;
            else if (string.IsNullOrWhiteSpace(texts[i]))
                throw new ArgumentException($"Input '{name}' is an empty text; expected at least a word.");
            else if (Words(texts[i]) is var words && Math.Min(info.Input.MaximumLength ?? int.MaxValue, options.MaxSteps) is var most
                && words > most)
                throw new ArgumentException($"Input '{name}' has {words} words; expected at most {most}.");
        }
    }

    private static int Words(string text)
    {
        var words = 0;
        for (var i = 0; i < text.Length; i++)
            if (!char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])))
                words++;
        return words;
    }

    private static void CheckTokens(string name, TensorData tensor, ModelInfo info, ServerOptions options)
    {
        if (info.Inputs.FirstOrDefault(input => input.InputName == name) is not { } input)
            return;
        var isSequence = tensor.Sizes.Count > 0;
        var most = Math.Min(input.MaximumLength ?? int.MaxValue, options.MaxSteps);
        if (isSequence && tensor.Sizes[0] > most)
            throw new ArgumentException($"Input '{name}' has {tensor.Sizes[0]} steps; expected at most {most}.");
        if (input.Vocabulary == 0 || tensor.Type != ElementType.Int64)
            return;
        var tokens = tensor.As<long>();
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = tokens[i] switch
            {
                0 => isSequence ? -1 : 0, // unknown in a request, padding at the end of the model's row
                var id when id > 0 && id < input.Vocabulary => id,
                var id => throw new ArgumentException(
                    $"Input '{name}' has the token {id} at {i}; expected 0 (unknown) to {input.Vocabulary - 1}."),
            };
    }

    private static void Write(Utf8JsonWriter json, TensorData tensor, IReadOnlyList<string>? labels, int axis, ref int next)
    {
        if (axis == tensor.Sizes.Count)
        {
            WriteElement(json, tensor, labels, next++);
            return;
        }
        json.WriteStartArray();
        for (var i = 0L; i < tensor.Sizes[axis]; i++)
            Write(json, tensor, labels, axis + 1, ref next);
        json.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter json, TensorData tensor, IReadOnlyList<string>? labels, int i)
    {
        switch (tensor.Type)
        {
            case ElementType.Float when float.IsFinite(tensor.As<float>()[i]):
                json.WriteNumberValue(tensor.As<float>()[i]);
                break;
            case ElementType.Int64 when labels is not null:
                json.WriteStringValue(labels[(int)tensor.As<long>()[i]]);
                break;
            case ElementType.Int64:
                json.WriteNumberValue(tensor.As<long>()[i]);
                break;
            case ElementType.Bool:
                json.WriteBooleanValue(tensor.As<bool>()[i]);
                break;
            case ElementType.String:
                json.WriteStringValue(tensor.As<string>()[i]);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static string Expected(ServedModel model) => string.Join(", ", model.Scorer!.Inputs.Select(input =>
        input.Type == ElementType.String
        ? $"{input.Name} ({(input.Shape.Rank == 0 ? "a text" : $"texts {input.Shape}")})" : $"{input.Name} {input.Shape}"))
        + (model.Tokenizer is null ? "" : ", or text");

    private static string Name(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "text",
        JsonValueKind.Number => $"the number {json.GetRawText()}",
        JsonValueKind.Undefined => "nothing",
        _ => json.GetRawText(),
    };
}
