namespace LongInputs.Data;

/// <summary>A long sequence of tokens with a class, or a class for each step.</summary>
internal sealed class LongRow
{
    public string[] Tokens { get; set; } = [];

    public string Class { get; set; } = "";

    public string[] Tags { get; set; } = [];
}

/// <summary>A task of long sequences.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Train">Rows to train on.</param>
/// <param name="Test">Rows to test on.</param>
/// <param name="Asked">How many of the last steps are asked about; null where a sequence has a class.</param>
internal sealed record LongTask(string Name, LongRow[] Train, LongRow[] Test, int? Asked = null)
{
    /// <summary>The longest row, in tokens.</summary>
    internal int Longest => Train.Concat(Test).Max(row => row.Tokens.Length);
}
