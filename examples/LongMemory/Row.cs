namespace LongMemory;

/// <summary>A sequence and what is asked about it; a problem sets one of the labels.</summary>
internal sealed class Row
{
    /// <summary>Features, step after step.</summary>
    public float[] Features { get; set; } = [];

    /// <summary>When each step was, of problems with irregular times.</summary>
    public float[] Times { get; set; } = [];

    public float Number { get; set; }

    public string Class { get; set; } = "";

    public string[] Tags { get; set; } = [];
}
