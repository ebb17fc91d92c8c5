namespace TextToText.Data;

/// <summary>A text, the task in front, and the answer.</summary>
internal sealed class Example
{
    public string Task { get; set; } = "";

    /// <summary>The task and the text, as the network reads them.</summary>
    public string Input { get; set; } = "";

    public string Output { get; set; } = "";
}

/// <summary>A text without an answer.</summary>
internal sealed class Unlabelled
{
    public string Text { get; set; } = "";
}

/// <summary>What there is to learn from.</summary>
internal sealed record TaskTexts(string Name, IReadOnlyList<Example> Train, IReadOnlyList<Example> Test,
    IReadOnlyList<Unlabelled> Unlabelled);
