namespace MLSeqGraph.Onnx;

/// <summary>A series that was drawn.</summary>
/// <param name="Steps">[steps × features], those of its start included.</param>
/// <param name="Ended">Whether it ended by itself; otherwise it was cut at the most steps.</param>
public sealed record GeneratedSeries(float[] Steps, bool Ended);
