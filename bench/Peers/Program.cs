using Cppo.Peers;

return args is [PeerProcess.Command, var kind, .. var rest] ? PeerProcess.Run(kind, rest) : await RaceCommand.RunAsync(args);
