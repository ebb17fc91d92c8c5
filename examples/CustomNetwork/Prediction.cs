namespace CustomNetwork;

/// <summary>What is read of a scored row.</summary>
internal sealed class Prediction
{
    public float[] Score { get; set; } = [];
}
