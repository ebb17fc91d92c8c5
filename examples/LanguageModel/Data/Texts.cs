using Microsoft.ML;

namespace LanguageModel.Data;

/// <summary>Running text, in one row or in several.</summary>
internal sealed class Passage
{
    public string Text { get; set; } = "";
}

/// <summary>What is learned: text to train on, and text to validate on.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Train">Text to train on.</param>
/// <param name="Validation">Text to validate on.</param>
/// <param name="Prompt">How the samples begin.</param>
/// <param name="Floor">Nats per character of the validation text, where its source is known: no model does better but by luck.</param>
/// <param name="IsLarge">Whether it takes a large network.</param>
internal sealed record Texts(string Name, string Train, string Validation, string Prompt, double? Floor, bool IsLarge)
{
    internal static IDataView View(MLContext ml, string text) => ml.Data.LoadFromEnumerable([new Passage { Text = text }]);
}
