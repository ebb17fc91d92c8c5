using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>The log and the random numbers of an MLContext; the same for the real packages and the stand-in.</summary>
[TestClass]
public class EnvironmentTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void MessagesOfChannelsReachTheLog()
    {
        var seen = new List<LoggingEventArgs>();
        _ml.Log += (_, message) => seen.Add(message);
        IHost host = ((IHostEnvironment)_ml).Register("Trainer");
        using (IChannel channel = host.Start("Epochs"))
        {
            channel.Info(MessageSensitivity.None, "loss {0}", 3);
            channel.Warning(MessageSensitivity.None, "plain {0}");
        }

        LoggingEventArgs info = seen.Single(message => message.Kind == ChannelMessageKind.Info);
        Assert.AreEqual("loss 3", info.RawMessage);
        Assert.AreEqual("Trainer; Epochs", info.Source);
        Assert.AreEqual("[Source=Trainer; Epochs, Kind=Info] loss 3", info.Message);
        Assert.AreEqual("plain {0}", seen.Single(message => message.Kind == ChannelMessageKind.Warning).RawMessage);
        Assert.AreEqual("Channel started", seen[0].RawMessage);
        Assert.AreEqual(ChannelMessageKind.Trace, seen[0].Kind);
    }

    [TestMethod]
    public void ASeedRepeatsRandomNumbers()
    {
        double draw(int? seed) => ((IHostEnvironment)new MLContext(seed)).Register("x").Rand.NextDouble();
        Assert.AreEqual(draw(5), draw(5));
        Assert.AreNotEqual(draw(5), draw(6));
    }

    [TestMethod]
    public void OptionsAreKeptByName()
    {
        Assert.IsTrue(_ml.TryAddOption("size", 3));
        Assert.IsFalse(_ml.TryAddOption("size", 4));
        Assert.IsTrue(_ml.TryGetOption("size", out int size));
        Assert.AreEqual(3, size);
        Assert.IsFalse(_ml.TryGetOption("size", out string? text));
        Assert.IsNull(text);
        _ml.SetOption("size", 5);
        Assert.AreEqual(5, _ml.GetOptionOrDefault<int>("size"));
        Assert.IsTrue(_ml.RemoveOption("size"));
        Assert.IsFalse(_ml.RemoveOption("size"));
    }
}
