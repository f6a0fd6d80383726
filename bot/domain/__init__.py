"""The words and the rules: standard library only, nothing async, no clock.

turn        what a person said, and where            answer    what an agent team replied
agent_team  whom we ask, and with what settings      job       one reading of a job's status
approval    what a job waits for, and its decision   run       one turn being answered
events      what happened to a run                   effects   what a run asks for
machine     the table: all that moves a run              rules     what the table names
moment      when, and how patient we are                 approval_steps  what rules share
account     who a person is in Slack                     acting    how people act at Fusion
deciding_rules  votes, stages, delegation, time          approval_policy  who decides, how many
timing      when something is due for an approval        audit     what is put on the record
policy      who may decide                               retry     how long to wait before the next try
codec       runs to JSON and back
agent       the port through which agents are asked, and its errors
"""
